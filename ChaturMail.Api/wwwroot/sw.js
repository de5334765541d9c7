// Keeps the app's own files, so that it opens without a connection. Answers of the API are never kept here.
const VERSION = 'chaturmail-{version}'
/** @type {string[]} */
const FILES = ['/', '/manifest.webmanifest', "{files}"]
const worker = /** @type {any} */ (self)

worker.addEventListener('install', (/** @type {any} */ event) => event.waitUntil(
  caches.open(VERSION).then(cache => cache.addAll(FILES)).then(() => worker.skipWaiting())))

worker.addEventListener('activate', (/** @type {any} */ event) => event.waitUntil(
  caches.keys().then(names => Promise.all(names.filter(name => name !== VERSION).map(name => caches.delete(name)))).then(() => worker.clients.claim())))
