import assert from "node:assert/strict";
import { test } from "node:test";
import { clockTrouble, isTwoDigits, NotARequest, readAll, readRequest } from "../../static/mobile-id/requests.js";

const SAID = {
  v: 1, request: "r", device: "d", purpose: "sign", title: "Sign 1 prescription", number: "", covers: "0".repeat(64),
  lines: ["Oxycodone 5 mg tablet, 30 (thirty) tablets", "For J. E., RX-0000-00001"], from: "EPCS Portal", address: "198.51.100.24",
  asked_at: "2026-11-25T14:30:00.000000+00:00", expires_at: "2026-11-25T14:35:00.000000+00:00",
};
const textOf = (changes = {}) => JSON.stringify({ ...SAID, ...changes });
const ASKED = Date.parse(SAID.asked_at);

test("a request is read from exactly its text", () => {
  const request = readRequest(textOf());
  assert.equal(request.text, textOf());
  assert.deepEqual(request.lines, SAID.lines);
  assert.equal(request.isTyped, true);
});

test("what is not of this version and shape is never offered", () => {
  const broken = [
    "", "null", "[]", "{", "1", textOf({ v: 2 }), textOf({ purpose: "pay" }), textOf({ title: 7 }), textOf({ title: "" }),
    textOf({ lines: "one" }), textOf({ lines: [1] }), textOf({ expires_at: "soon" }), textOf({ number: "47" }),
    textOf({ purpose: "enroll" }), textOf({ purpose: "enroll", number: "4x" }),
  ];
  for (const text of broken) assert.throws(() => readRequest(text), NotARequest, text);
  assert.deepEqual(readAll([...broken, textOf()]).map((each) => each.id), ["r"]);
});

test("while Mobile ID is added the number stands on both screens", () => {
  const request = readRequest(textOf({ purpose: "enroll", number: "07" }));
  assert.equal(request.number, "07");
  assert.equal(request.isTyped, false);
});

test("two digits are two ASCII digits", () => {
  for (const typed of ["07", " 47 "]) assert.equal(isTwoDigits(typed), true);
  for (const typed of ["", "4", "470", "4a", "４７"]) assert.equal(isTwoDigits(typed), false);
});

test("the phone's clock is compared with the portal's", () => {
  assert.equal(clockTrouble(SAID.asked_at, ASKED + 19_000), null);
  assert.match(clockTrouble(SAID.asked_at, ASKED - 120_000).text, /about 2 minutes slow/);
  assert.match(clockTrouble(SAID.asked_at, ASKED + 61_000).text, /about 1 minute fast/);
  assert.match(clockTrouble(SAID.asked_at, ASKED + 7_200_000).text, /about 2 hours fast/);
  assert.equal(clockTrouble("never", ASKED), null);
});
