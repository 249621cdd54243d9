{% load static %}// Mobile ID's service worker: keeps the page, so that codes work without a network, and rings the bell.
"use strict";

const SHELL = "shell {% static 'mobile-id/main.js' %}";
const PAGE = "{% url 'mobile_page' %}";
const FILES = [
  PAGE,
  "{% static 'css/epcs.css' %}", "{% static 'css/mobile-id.css' %}", "{% static 'img/favicon.svg' %}",
  "{% static 'mobile-id/main.js' %}", "{% static 'mobile-id/asking.js' %}", "{% static 'mobile-id/device.js' %}",
  "{% static 'mobile-id/doorbell.js' %}", "{% static 'mobile-id/elements.js' %}", "{% static 'mobile-id/encoding.js' %}",
  "{% static 'mobile-id/home.js' %}", "{% static 'mobile-id/keys.js' %}", "{% static 'mobile-id/phones.js' %}",
  "{% static 'mobile-id/requests.js' %}", "{% static 'mobile-id/screens.js' %}", "{% static 'mobile-id/storage.js' %}",
  "{% static 'mobile-id/totp.js' %}", "{% static 'mobile-id/wire.js' %}",
];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    for (const name of await caches.keys()) if (name !== SHELL) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

// What the portal answers to a phone is a POST, and never kept. Page and files: the newest, else what is kept.
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin || !FILES.includes(url.pathname)) return;
  const answer = async () => {
    try {
      const fresh = await fetch(event.request);
      if (fresh.ok) {
        const cache = await caches.open(SHELL);
        await cache.put(url.pathname, fresh.clone());
      }
      return fresh;
    } catch (error) {
      const kept = await caches.match(url.pathname);
      if (kept) return kept;
      throw error;
    }
  };
  event.respondWith(answer());
});

// A browser takes the subscription away from who does not show something each time.
self.addEventListener("push", (event) => {
  let said = {};
  try {
    said = event.data.json();
  } catch {
    // Another payload than ours: it still rings.
  }
  const ring = async () => {
    await self.registration.showNotification(said.title || "EPCS Portal", {
      body: said.body || "A request is waiting. Open Mobile ID to answer it.",
      tag: said.tag || "mobile-id",
    });
    for (const page of await self.clients.matchAll({ type: "window" })) page.postMessage("rung");
  };
  event.waitUntil(ring());
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const open = async () => {
    const pages = await self.clients.matchAll({ type: "window" });
    const found = pages.find((page) => new URL(page.url).pathname === PAGE);
    return found ? found.focus() : self.clients.openWindow(PAGE);
  };
  event.waitUntil(open());
});
