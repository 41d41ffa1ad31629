/*
 * The way back from a bad worker: serve this file as /sw.js and every tablet drops the worker and
 * its caches at the next check. IndexedDB, and with it every unsent record, is left alone.
 */
"use strict";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(stop()));

async function stop() {
  const names = await caches.keys();
  await Promise.all(names.map((name) => caches.delete(name)));
  await self.registration.unregister();
}
