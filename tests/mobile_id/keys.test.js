import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { test } from "node:test";
import { importSeed, makeSigningKey, signed } from "../../static/mobile-id/keys.js";

const SEED = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA";
const FOLDER = new URL("../../static/mobile-id/", import.meta.url);
// They begin the page, or draw it: in a browser alone. The journeys look at them there.
const IN_A_BROWSER_ALONE = ["main.js"];

const refusesExport = async (key) => {
  assert.equal(key.extractable, false);
  for (const format of ["raw", "pkcs8", "jwk", "spki"]) await assert.rejects(crypto.subtle.exportKey(format, key));
};

test("neither key can be exported", async () => {
  await refusesExport(await importSeed(SEED));
  await refusesExport((await makeSigningKey()).privateKey);
});

test("the key does one thing alone", async () => {
  assert.deepEqual((await importSeed(SEED)).usages, ["sign"]);
  assert.deepEqual((await makeSigningKey()).privateKey.usages, ["sign"]);
});

// Whatever a module of the page gives back for keys: no bytes of them, in no spelling.
const bytesIn = (given, secrets) => {
  const found = typeof given === "string" ? given : JSON.stringify(given, (_name, value) => (value instanceof Uint8Array ? Array.from(value) : value)) ?? "";
  return secrets.filter((secret) => found.includes(secret));
};

test("no exported function returns seed or key bytes", async () => {
  const seed = await importSeed(SEED);
  const { privateKey, publicKey } = await makeSigningKey();
  const raw = Buffer.from(SEED, "base64url");
  const secrets = [SEED, raw.toString(), raw.toString("hex"), raw.toString("base64"), Array.from(raw).join(",")];
  const given = [null, undefined, seed, privateKey, { seed, key: { privateKey, publicKey }, device: "d" }, "x"];
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith(".js") && !IN_A_BROWSER_ALONE.includes(name));
  let called = 0;
  for (const name of names) {
    for (const [label, made] of Object.entries(await import(new URL(name, FOLDER)))) {
      assert.ok(!(made instanceof CryptoKey), `${name} gives its key away as ${label}`);
      if (typeof made !== "function") continue;
      for (const one of given) {
        for (const two of given) {
          let answer;
          try {
            answer = await made(one, two);
          } catch {
            continue; // it needs something else, or `new`
          }
          called += 1;
          assert.ok(!(answer instanceof ArrayBuffer) || answer.byteLength === 0, `${name}: ${label}`);
          assert.deepEqual(bytesIn(answer, secrets), [], `${name}: ${label}`);
        }
      }
    }
  }
  assert.ok(called > 50);
  assert.equal(typeof (await signed("text", privateKey)).signature, "string");
});
