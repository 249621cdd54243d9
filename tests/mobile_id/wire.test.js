import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { test } from "node:test";
import { digestOf, fromBase64url, messageText, toBase64url } from "../../static/mobile-id/encoding.js";
import { makeSigningKey } from "../../static/mobile-id/keys.js";
import { Told, Wire } from "../../static/mobile-id/wire.js";

const phone = async () => ({ device: "d-1", key: await makeSigningKey() });
const answerOf = (status, said) => ({ status, json: async () => said });

// A portal that gives these answers, one after another, and keeps what it was sent.
const portal = (...answers) => {
  const sent = [];
  const send = async (path, options) => {
    sent.push({ path, options, body: JSON.parse(options.body) });
    const next = answers.shift();
    if (next instanceof Error) throw next;
    return answerOf(...next);
  };
  return { sent, wire: new Wire(send) };
};

const isSignedBy = async (key, { message, signature }) => {
  const spki = await webcrypto.subtle.importKey("spki", fromBase64url(key.publicKey), { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]);
  const bytes = new TextEncoder().encode(message);
  return webcrypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, spki, fromBase64url(signature), bytes);
};

test("base64url is without padding, and nothing else is taken for it", () => {
  assert.equal(toBase64url(Uint8Array.of(251, 255)), "-_8");
  assert.deepEqual(fromBase64url("-_8"), Uint8Array.of(251, 255));
  for (const text of ["+/8", "a b", "é"]) assert.throws(() => fromBase64url(text), TypeError);
});

test("a message has one spelling", () => {
  assert.equal(messageText({ v: 1, kind: "list", device: "d" }), '{"device":"d","kind":"list","v":1}');
});

test("a message is signed over the nonce that the portal gave, and sent without cookies", async () => {
  const me = await phone();
  const { sent, wire } = portal([200, { nonce: "n-1" }], [200, { requests: [], nonce: "n-2" }], [200, { requests: [] }]);
  await wire.list(me);
  await wire.list(me);
  assert.deepEqual(sent.map((each) => each.path), ["nonce/", "requests/", "requests/"]);
  assert.deepEqual(JSON.parse(sent[1].body.message), { device: "d-1", kind: "list", nonce: "n-1", v: 1 });
  assert.equal(JSON.parse(sent[2].body.message).nonce, "n-2");
  assert.equal(await isSignedBy(me.key, sent[1].body), true);
  for (const { options } of sent) assert.deepEqual([options.credentials, options.redirect, options.method], ["omit", "error", "POST"]);
});

test("a nonce is of one device, and is not used by another", async () => {
  const [me, before] = [await phone(), { ...(await phone()), device: "d-0" }];
  const { sent, wire } = portal([200, { nonce: "n-1" }], [200, { nonce: "n-2" }], [200, { nonce: "n-3" }], [200, {}]);
  await wire.leave(me);
  await wire.list(before);
  assert.deepEqual(sent[2].body, { device: "d-0" });
  assert.equal(JSON.parse(sent[3].body.message).nonce, "n-3");
});

test("an answer carries the digest of the text that was shown", async () => {
  const me = await phone();
  const { sent, wire } = portal([200, { nonce: "n" }], [200, { outcome: "approved" }]);
  await wire.answer(me, { id: "r", text: "what was shown" }, { answer: "approve", number: " 47 " });
  const said = JSON.parse(sent[1].body.message);
  assert.deepEqual([said.digest, said.number, said.reason], [await digestOf("what was shown"), "47", ""]);
});

test("a stale nonce is made good once, and no second time", async () => {
  const me = await phone();
  const stale = (nonce) => [401, { error: "nonce-stale", sentence: "Again.", nonce }];
  const mended = portal([200, { nonce: "old" }], stale("new"), [200, { requests: [] }]);
  await mended.wire.list(me);
  assert.equal(JSON.parse(mended.sent[2].body.message).nonce, "new");
  const hopeless = portal([200, { nonce: "old" }], stale("new"), stale("newer"));
  await assert.rejects(hopeless.wire.list(me), Told);
  assert.equal(hopeless.sent.length, 3);
});

test("whoever waits is told what kind of no it was", async () => {
  const me = await phone();
  const cases = [
    [[410, { error: "device-closed", sentence: "Closed." }], "closed", "Closed."],
    [[401, { error: "not-recognized", sentence: "Who" }], "unknown", "Who"],
    [[409, { error: "wrong-number", sentence: "Wrong." }], "refused", "Wrong."],
    [[400, { error: "malformed", sentence: "technical" }], "refused", /did not take that/],
    [[503, {}], "away", /does not answer/],
    [new TypeError("network"), "away", /does not answer/],
  ];
  for (const [answer, kind, sentence] of cases) {
    const { wire, sent } = portal([200, { nonce: "n" }], answer);
    const told = await wire.answer(me, { id: "r", text: "t" }, { answer: "approve" }).catch((error) => error);
    assert.equal(told.kind, kind);
    assert.match(told.message, sentence instanceof RegExp ? sentence : new RegExp(`^${sentence}$`));
    assert.equal(sent.length, 2, "an answer is never sent again without saying so");
  }
});

test("pairing proves the key by signing with it", async () => {
  const { key } = await phone();
  const { sent, wire } = portal([200, { device: "d", seed: "s" }]);
  await wire.pair({ link: "secret", name: "Pixel", key });
  const { message, link } = sent[0].body;
  assert.equal(link, "secret");
  assert.deepEqual(JSON.parse(message), { kind: "pair", link_digest: await digestOf("secret"), public_key: key.publicKey, v: 1 });
  assert.equal(await isSignedBy(key, sent[0].body), true);
});
