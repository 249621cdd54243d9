// The Mobile ID on this phone, and the one that is being paired beside it: what works goes on working until the new one does.

import { makeSigningKey } from "./keys.js";

// What is kept: `current`, `next` while it is pending, `attempt` while nobody knows whether the portal took it.
export class Phones {
  #kept = {};
  #store;

  constructor(store) {
    this.#store = store;
  }

  get shown() {
    return this.#kept.next ?? this.#kept.current ?? null;
  }

  get isBesideAnother() {
    return Boolean(this.#kept.next && this.#kept.current);
  }

  async load() {
    this.#kept = (await this.#store.load()) ?? {};
  }

  // Kept before the link is spent: when the answer is lost, the same key may ask again.
  async keyFor(link) {
    await this.load();
    const { attempt } = this.#kept;
    const key = attempt?.link === link ? attempt.key : await makeSigningKey();
    await this.#change((kept) => ({ ...kept, attempt: { link, key } }));
    return key;
  }

  // One phone, one person: theirs is not put in the place of another's.
  isForAnother(account) {
    const { current } = this.#kept;
    return Boolean(current) && current.account !== account;
  }

  begin = (phone) =>
    this.#change(({ current }) => ({ current, next: { ...phone, state: "pending", rings: Boolean(current?.rings) } }));

  // What the portal says of this device, which may not be the one that is shown any more: answers come late.
  // The one before ends when the new one is proven.
  async hear(device, { state, account }) {
    const heard = [this.#kept.current, this.#kept.next].find((phone) => phone?.device === device);
    if (heard?.state === state && heard.account === account) return;
    await this.#changeOf(device, (phone) => ({ ...phone, state, account }));
    const isProven = ({ next }) => next?.state === "active";
    if (isProven(this.#kept)) await this.#change((kept) => (isProven(kept) ? { current: kept.next } : kept));
  }

  keepRings = (device, rings) => this.#changeOf(device, (phone) => ({ ...phone, rings }));

  // This device ends; the one that is left is shown again. One that is not here any more ends nothing.
  drop = (device) => this.#changeOf(device, () => undefined);

  #changeOf(device, change) {
    const changed = (phone) => (phone?.device === device ? change(phone) : phone);
    return this.#change(({ current, next }) => ({ current: changed(current), next: changed(next) }));
  }

  // Read again in the same transaction: another window of this browser may have changed it.
  async #change(change) {
    this.#kept = await this.#store.update(change);
    if (!this.shown && !this.#kept.attempt) await this.#store.forget();
  }
}
