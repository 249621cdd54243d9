import assert from "node:assert/strict";
import { test } from "node:test";
import { toBase64url } from "../../static/mobile-id/encoding.js";
import { importSeed } from "../../static/mobile-id/keys.js";
import { codeAt, codeOfStep, secondsLeft } from "../../static/mobile-id/totp.js";

const SEED = toBase64url(new TextEncoder().encode("12345678901234567890"));
const SECOND = 1000;

test("RFC 6238 appendix B: the codes of SHA-1, and their last six digits", async () => {
  const key = await importSeed(SEED);
  const vectors = [
    [59, "94287082"], [1111111109, "07081804"], [1111111111, "14050471"],
    [1234567890, "89005924"], [2000000000, "69279037"], [20000000000, "65353130"],
  ];
  for (const [seconds, code] of vectors) {
    assert.equal(await codeAt(key, seconds * SECOND, { digits: 8 }), code);
    assert.equal(await codeAt(key, seconds * SECOND), code.slice(2));
  }
});

test("RFC 4226 appendix D: the first ten codes", async () => {
  const key = await importSeed(SEED);
  const codes = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
  assert.deepEqual(await Promise.all(codes.map((_, step) => codeOfStep(key, step))), codes);
});

test("a code is good to the end of its step", () => {
  assert.equal(secondsLeft(0), 30);
  assert.equal(secondsLeft(29_999), 1);
  assert.equal(secondsLeft(30_000), 30);
});
