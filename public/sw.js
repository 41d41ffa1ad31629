/*
 * Keeps the application working with the cable cut: everything the page loads is stored at install,
 * all or nothing, and served from the store from then on.
 *
 * It never touches /api/: data lives in IndexedDB, and a second cache would be a second truth.
 * It waits until the page asks: a new version must not appear under a form that is being filled in.
 */
"use strict";

// The bundler writes the list here: [{ url, key, integrity }]; `key` is the url, with the revision for "/".
const PRECACHE = [];
const CACHE = "tisheng-precache";
const INDEX = PRECACHE.find((entry) => entry.url === "/");
const BY_PATH = new Map(PRECACHE.map((entry) => [entry.url, entry]));

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(prune()));

self.addEventListener("message", (event) => {
  if (event.data === "SKIP_WAITING") {
    self.skipWaiting();
  }
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin || isServersOwn(url.pathname)) {
    return;
  }
  if (request.mode === "navigate") {
    event.respondWith(serve(INDEX, request));
  } else if (BY_PATH.has(url.pathname)) {
    event.respondWith(serve(BY_PATH.get(url.pathname), request));
  }
});

function isServersOwn(path) {
  return path.startsWith("/api/") || path === "/healthz";
}

// One failed file fails the install, and the version before keeps running.
async function install() {
  const cache = await caches.open(CACHE);
  await Promise.all(PRECACHE.map((entry) => keep(cache, entry)));
}

async function keep(cache, entry) {
  if (await cache.match(entry.key)) {
    return;
  }
  const response = await download(entry);
  await cache.put(entry.key, response);
}

// The integrity guarantees that a file belongs to this version, whatever lies in between.
async function download(entry) {
  const response = await fetch(entry.url, {
    cache: "no-cache",
    credentials: "same-origin",
    integrity: entry.integrity,
  });
  if (!response.ok || response.redirected) {
    throw new Error(`${entry.url}: ${response.status}`);
  }
  return response;
}

// What the version before needed and this one does not.
async function prune() {
  const cache = await caches.open(CACHE);
  const wanted = new Set(PRECACHE.map((entry) => new URL(entry.key, self.location.origin).href));
  const stored = await cache.keys();
  await Promise.all(stored.filter((request) => !wanted.has(request.url)).map((request) => cache.delete(request)));
}

// The store first. A miss (the browser evicted it) may be repaired only with the very file it was.
async function serve(entry, request) {
  const cache = await caches.open(CACHE);
  const stored = await cache.match(entry.key);
  if (stored) {
    return stored;
  }
  try {
    const response = await download(entry);
    await cache.put(entry.key, response.clone());
    return response;
  } catch {
    return fetch(request);
  }
}
