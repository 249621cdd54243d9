// The phone's two keys. Neither can be exported: this page can use them, and nobody can read them from it.

import { fromBase64url, toBase64url } from "./encoding.js";

const SIGNING = { name: "ECDSA", namedCurve: "P-256" };
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };

export const makeSigningKey = async () => {
  const pair = await crypto.subtle.generateKey(SIGNING, false, ["sign", "verify"]);
  const point = await crypto.subtle.exportKey("spki", pair.publicKey); // public keys always can be
  return { privateKey: pair.privateKey, publicKey: toBase64url(point) };
};

// The text goes in and is not kept: what is kept only makes codes.
export const importSeed = (text) =>
  crypto.subtle.importKey("raw", fromBase64url(text), { name: "HMAC", hash: "SHA-1" }, false, ["sign"]);

export const signed = async (message, privateKey) => {
  const bytes = new TextEncoder().encode(message);
  return { message, signature: toBase64url(await crypto.subtle.sign(SIGNATURE, privateKey, bytes)) };
};
