import assert from "node:assert/strict";
import { test } from "node:test";
import { Phones } from "../../static/mobile-id/phones.js";

// A browser's store, in memory: what is read from it is a copy, as from IndexedDB.
class Store {
  kept = null;
  load = async () => structuredClone(this.kept);
  update = async (change) => {
    this.kept = structuredClone(change(structuredClone(this.kept) ?? {}));
    return structuredClone(this.kept);
  };
  forget = async () => { this.kept = null; };
}

const ACCOUNT = "Andrew Jackson";
const phoneOf = (device, account = ACCOUNT) => ({ device, account, period: 30, digits: 6 });

const opened = async (store) => {
  const phones = new Phones(store);
  await phones.load();
  return phones;
};

const working = async (store = new Store()) => {
  const phones = await opened(store);
  await phones.begin(phoneOf("old"));
  await phones.hear("old", { state: "active", account: ACCOUNT });
  return { store, phones };
};

test("a first pairing is pending until the portal says that it is active", async () => {
  const phones = await opened(new Store());
  assert.equal(phones.shown, null);
  await phones.begin(phoneOf("new"));
  assert.equal(phones.shown.state, "pending");
  assert.equal(phones.isBesideAnother, false);
  await phones.hear("new", { state: "active", account: ACCOUNT });
  assert.equal(phones.shown.state, "active");
});

test("a link that pairs nothing takes nothing away", async () => {
  const { store, phones } = await working();
  await phones.keyFor("dead");
  assert.equal(phones.shown.device, "old");
  assert.equal((await opened(store)).shown.device, "old");
});

test("when the answer was lost the same key asks again, and another link has its own", async () => {
  const { store, phones } = await working();
  const key = await phones.keyFor("link");
  assert.equal((await (await opened(store)).keyFor("link")).publicKey, key.publicKey);
  assert.notEqual((await phones.keyFor("another")).publicKey, key.publicKey);
});

test("a pairing that ends leaves the Mobile ID from before", async () => {
  const { store, phones } = await working();
  await phones.begin(phoneOf("new"));
  assert.equal(phones.isBesideAnother, true);
  assert.equal(phones.shown.device, "new");
  await phones.drop("new");
  assert.equal(phones.isBesideAnother, false);
  assert.equal((await opened(store)).shown.device, "old");
});

test("an answer that comes late is heard by the device it is for", async () => {
  const { phones } = await working();
  await phones.begin(phoneOf("new"));
  await phones.hear("old", { state: "active", account: ACCOUNT });
  assert.deepEqual([phones.shown.device, phones.shown.state, phones.isBesideAnother], ["new", "pending", true]);
  await phones.drop("new");
  await phones.drop("new");
  await phones.hear("new", { state: "active", account: ACCOUNT });
  assert.deepEqual([phones.shown.device, phones.shown.state], ["old", "active"]);
});

test("the one before goes when the new one is proven", async () => {
  const { store, phones } = await working();
  await phones.begin(phoneOf("new"));
  await phones.hear("new", { state: "pending", account: ACCOUNT });
  assert.equal(phones.isBesideAnother, true);
  await phones.hear("new", { state: "active", account: ACCOUNT });
  assert.equal(phones.isBesideAnother, false);
  assert.deepEqual([store.kept.current.device, store.kept.next], ["new", undefined]);
});

test("one phone, one person", async () => {
  const { phones } = await working();
  assert.equal(phones.isForAnother(ACCOUNT), false);
  assert.equal(phones.isForAnother("Susan Kim"), true);
  assert.equal((await opened(new Store())).isForAnother("Susan Kim"), false);
});

test("another name of the same person is kept", async () => {
  const { store, phones } = await working();
  await phones.hear("old", { state: "active", account: "Andrew J. Jackson" });
  assert.equal((await opened(store)).isForAnother("Andrew J. Jackson"), false);
});

test("what another window paired is not lost by what this one writes", async () => {
  const { store, phones: here } = await working();
  const there = await opened(store);
  await there.begin(phoneOf("new"));
  await there.hear("new", { state: "active", account: ACCOUNT });
  assert.equal(here.shown.device, "old");
  await here.keepRings("old", true);
  assert.equal(here.shown.device, "new");
  assert.equal(here.shown.rings, false);
  await there.begin(phoneOf("newest"));
  await here.drop("new");
  assert.deepEqual([store.kept.current, store.kept.next.device], [undefined, "newest"]);
});

test("the bell that rang goes on ringing for the new one, and is hung off", async () => {
  const { phones } = await working();
  await phones.keepRings(phones.shown.device, true);
  await phones.begin(phoneOf("new"));
  assert.equal(phones.shown.rings, true);
  await phones.keepRings(phones.shown.device, false);
  assert.equal(phones.shown.rings, false);
});

test("nothing is left when the last one goes", async () => {
  const { store, phones } = await working();
  await phones.keyFor("dead");
  await phones.drop("old");
  assert.equal(phones.shown, null);
  assert.equal(store.kept, null);
});
