// What the phone keeps, in IndexedDB: its keys as they are (never their bytes), and the account's name.

const NAME = "mobile-id";
const STORE = "phone";
const RECORD = "this one";

// Private windows and lockdown modes refuse to store a key. Then nothing here can work, and the page says so.
export class StorageDenied extends Error {}

const asked = (request) =>
  new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
    request.addEventListener("blocked", () => reject(new Error("Another page holds the store.")));
  });

// Only then it is on the disk: a key is kept before its link is spent.
const completed = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.addEventListener("complete", resolve);
    transaction.addEventListener("abort", () => reject(transaction.error ?? new Error("The store gave up.")));
  });

const opened = async () => {
  const request = indexedDB.open(NAME, 1);
  request.addEventListener("upgradeneeded", () => request.result.createObjectStore(STORE));
  return asked(request);
};

const inStore = async (mode, work) => {
  let database;
  try {
    database = await opened();
    const transaction = database.transaction(STORE, mode);
    const [given] = await Promise.all([work(transaction.objectStore(STORE)), completed(transaction)]);
    return given;
  } catch (error) {
    throw error instanceof DOMException ? new StorageDenied(error.name) : error;
  } finally {
    database?.close();
  }
};

export const load = () => inStore("readonly", (store) => asked(store.get(RECORD)));

// Read and written in one transaction. Returns what is kept now.
export const update = (change) =>
  inStore("readwrite", async (store) => {
    const kept = change((await asked(store.get(RECORD))) ?? {});
    await asked(store.put(kept, RECORD));
    return kept;
  });

export const forget = async () => {
  await inStore("readwrite", (store) => asked(store.clear()));
  for (const name of (await globalThis.caches?.keys()) ?? []) await caches.delete(name);
};
