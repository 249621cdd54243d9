// What a request says, read from exactly the text whose digest is signed. Pure.

const PURPOSES = ["enroll", "step-up", "reset-pin", "sign"];
const NUMBER = /^[0-9]{2}$/;
const CLOCK_TOLERANCE = 20; // seconds

export class NotARequest extends Error {}

// Returns what is shown, or throws: a text of another version or shape is never offered for approval.
export const readRequest = (text) => {
  let said;
  try {
    said = JSON.parse(text);
  } catch {
    throw new NotARequest("It is no JSON.");
  }
  const texts = ["request", "device", "purpose", "title", "number", "covers", "from", "address"];
  const isSound =
    said !== null && typeof said === "object" && said.v === 1 && PURPOSES.includes(said.purpose) &&
    texts.every((name) => typeof said[name] === "string") && said.title !== "" &&
    Array.isArray(said.lines) && said.lines.every((line) => typeof line === "string") &&
    (said.purpose === "enroll" ? NUMBER.test(said.number) : said.number === "");
  const askedAt = new Date(said?.asked_at);
  const expiresAt = new Date(said?.expires_at);
  if (!isSound || Number.isNaN(askedAt.getTime()) || Number.isNaN(expiresAt.getTime())) {
    throw new NotARequest("It is of another kind.");
  }
  return {
    text, askedAt, expiresAt,
    id: said.request, title: said.title, lines: said.lines, from: said.from, address: said.address,
    number: said.number,
    isTyped: said.number === "",
  };
};

export const readAll = (texts) => texts.flatMap((text) => {
  try {
    return [readRequest(text)];
  } catch {
    return [];
  }
});

export const isTwoDigits = (typed) => NUMBER.test(typed.trim());

// The portal's time against the phone's: codes follow the phone's.
export const clockTrouble = (portalNow, milliseconds) => {
  const ahead = (milliseconds - new Date(portalNow).getTime()) / 1000;
  if (!(Math.abs(ahead) >= CLOCK_TOLERANCE)) return null;
  const minutes = Math.max(1, Math.round(Math.abs(ahead) / 60));
  const hours = Math.round(minutes / 60);
  const [many, unit] = minutes < 60 ? [minutes, "minute"] : [hours, "hour"];
  const way = ahead > 0 ? "fast" : "slow";
  const text = `Your phone's clock is about ${many} ${unit}${many === 1 ? "" : "s"} ${way}. Turn on automatic date and time.`;
  return { title: "The clock is wrong", text };
};
