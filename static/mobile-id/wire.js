// What the phone says to the portal, each message signed over a nonce of the portal's, which is good once.

import { digestOf, messageText } from "./encoding.js";
import { signed } from "./keys.js";

const AWAY = "The portal does not answer. Check the network, then try again.";
const PATIENCE = 20_000; // milliseconds; a network that hangs is away
const NOT_TAKEN = "The portal did not take that. Close Mobile ID, open it again and try once more.";

// `kind`: "away" (nobody knows whether it arrived), "closed", "unknown", "refused".
export class Told extends Error {
  constructor(kind, sentence) {
    super(sentence);
    this.kind = kind;
  }
}

// What to say of whatever went wrong, foreseen or not.
export const sentenceOf = (error) =>
  error instanceof Told ? error.message : "Something on this phone did not work. Close Mobile ID and open it again.";

export const problemOf = (error) =>
  error.kind === "away"
    ? { title: "Offline", text: "Codes still work. Requests show again with the network." }
    : { title: "Requests can't be shown", text: sentenceOf(error) };

const KINDS = { "device-closed": "closed", "not-recognized": "unknown" };

export class Wire {
  #fetch;
  #nonces = new Map(); // by device: one is told with each answer

  constructor(send = (...all) => fetch(...all)) {
    this.#fetch = send;
  }

  async pair({ link, name, key }) {
    const fields = { kind: "pair", link_digest: await digestOf(link), public_key: key.publicKey, v: 1 };
    const body = await signed(messageText(fields), key.privateKey);
    const { status, said } = await this.#post("pair/", { link, name, ...body });
    if (status !== 200) throw this.#told(status, said);
    return said;
  }

  list = (phone) => this.#say(phone, "requests/", { kind: "list" });
  leave = (phone) => this.#say(phone, "leave/", { kind: "leave" });
  unsubscribe = (phone) => this.#say(phone, "subscription/", { kind: "unsubscribe" });
  subscribe = (phone, { endpoint, p256dh, auth }) =>
    this.#say(phone, "subscription/", { kind: "subscribe", endpoint, p256dh, auth });

  // The digest is of the text that was shown, so nothing else can be approved by it.
  async answer(phone, request, { answer, reason = "", number = "" }) {
    const digest = await digestOf(request.text);
    const fields = { kind: "answer", answer, reason, number: number.trim(), request: request.id, digest };
    return this.#say(phone, "answer/", fields);
  }

  // Signed again once, silently, when the nonce was too old: it then was not looked at.
  async #say(phone, path, fields) {
    for (const isAgain of [false, true]) {
      const nonce = this.#nonces.get(phone.device) || (await this.#askNonce(phone));
      this.#nonces.delete(phone.device);
      const message = messageText({ ...fields, device: phone.device, nonce, v: 1 });
      const { status, said } = await this.#post(path, await signed(message, phone.key.privateKey));
      if (typeof said.nonce === "string") this.#nonces.set(phone.device, said.nonce);
      if (status === 200) return said;
      if (said.error !== "nonce-stale" || isAgain) throw this.#told(status, said);
    }
    return undefined;
  }

  async #askNonce(phone) {
    const { status, said } = await this.#post("nonce/", { device: phone.device });
    if (status !== 200) throw this.#told(status, said);
    return said.nonce;
  }

  async #post(path, body) {
    let answer;
    try {
      answer = await this.#fetch(path, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
        credentials: "omit",
        redirect: "error",
        signal: AbortSignal.timeout?.(PATIENCE),
        cache: "no-store",
      });
      return { status: answer.status, said: answer.status >= 500 ? {} : await answer.json() };
    } catch {
      throw new Told("away", AWAY);
    }
  }

  #told(status, said) {
    if (status >= 500) return new Told("away", AWAY);
    const kind = KINDS[said.error] ?? "refused";
    return new Told(kind, said.error === "malformed" || !said.sentence ? NOT_TAKEN : said.sentence);
  }
}
