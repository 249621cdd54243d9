// The service worker, and Web Push: a doorbell, and nothing more. Without it the open page asks by itself.

import { fromBase64url, toBase64url } from "./encoding.js";

export const startWorker = async (url) => {
  if (!navigator.serviceWorker) return null;
  try {
    return await navigator.serviceWorker.register(url, { scope: "/mobile-id/" });
  } catch {
    return null; // codes and requests work without one, while there is a network
  }
};

export const whenRung = (act) =>
  navigator.serviceWorker?.addEventListener("message", (event) => {
    if (event.data === "rung") act();
  });

export class Doorbell {
  constructor({ wire, phone, pushKey, registration }) {
    Object.assign(this, { wire, phone, pushKey, registration });
  }

  get isPossible() {
    return Boolean(this.pushKey && this.registration?.pushManager && globalThis.Notification);
  }

  get isOn() {
    return this.isPossible && Notification.permission === "granted" && Boolean(this.phone.rings);
  }

  // On iOS only a page on the home screen has a bell.
  get needsHomeScreen() {
    return Boolean(this.pushKey) && !this.isPossible && /iPhone|iPad/.test(navigator.userAgent);
  }

  async turnOn() {
    if ((await Notification.requestPermission()) !== "granted") return false;
    await this.renew();
    return true;
  }

  // Subscriptions end without a word, so each opening makes sure of it.
  async renew() {
    const applicationServerKey = fromBase64url(this.pushKey);
    const found = await this.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
    const keys = { p256dh: toBase64url(found.getKey("p256dh")), auth: toBase64url(found.getKey("auth")) };
    await this.wire.subscribe(this.phone, { endpoint: found.endpoint, ...keys });
  }

  async turnOff() {
    const found = await this.registration?.pushManager?.getSubscription();
    await found?.unsubscribe();
    await this.wire.unsubscribe(this.phone);
  }
}
