// Bytes as text, and the one spelling of a message that is signed.

export const toBase64url = (bytes) => {
  const letters = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
};

export const fromBase64url = (text) => {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) throw new TypeError("This is no base64url.");
  const letters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
};

export const toHex = (bytes) =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

export const digestOf = async (text) =>
  toHex(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));

// Keys sorted, no blanks: the portal verifies exactly these bytes.
export const messageText = (fields) => {
  const sorted = Object.keys(fields).sort().map((name) => [name, fields[name]]);
  return JSON.stringify(Object.fromEntries(sorted));
};
