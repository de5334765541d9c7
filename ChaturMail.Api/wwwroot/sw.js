// Keeps the app's own files, so that it opens without a connection. It answers for the page, its files and the templates' icons alone; answers of the API are never kept here.
//
// A new version waits until no tab of the old one is left, or until a tab asks for it: what an old page loads later is of its own version.
const OWN = '{version}', FILES_OF = 'chaturmail-', CACHE = FILES_OF + OWN, ICONS = 'icons-chaturmail'
/** @type {string[]} */
const FILES = ['/manifest.webmanifest', "{files}"]
// For so long, in milliseconds, the network may be silent before the kept page is shown; so many icons are kept.
const PATIENCE = 3_000, KEPT_ICONS = 100
const worker = /** @type {any} */ (self)

worker.addEventListener('install', (/** @type {any} */ event) => event.waitUntil(keepFiles()))
worker.addEventListener('activate', (/** @type {any} */ event) => event.waitUntil(tidy().then(() => worker.clients.claim())))
worker.addEventListener('message', (/** @type {any} */ event) => event.waitUntil(hear(event)))
worker.addEventListener('fetch', (/** @type {any} */ event) => {
  const { request } = event, address = new URL(request.url)
  if (request.method !== 'GET' || address.origin !== location.origin) return
  if (address.pathname === '/' && request.mode === 'navigate') event.respondWith(page(request))
  else if (address.pathname === '/manifest.webmanifest') event.respondWith(fetch(request).catch(() => found(request)))
  else if (address.pathname.startsWith('/app/')) event.respondWith(file(request))
  else if (/^\/icons\/[^/]+\.svg$/.test(address.pathname)) event.respondWith(icon(event))
})

/** All files or none. When the server went on to the next version meanwhile, this one is given up: the browser finds the next by itself. */
async function keepFiles() {
  const cache = await caches.open(CACHE)
  const entrance = await fetch('/', { cache: 'no-cache' })
  if (!entrance.ok || !(await entrance.clone().text()).includes(`/app/${OWN}/`)) throw new Error('The page is of another version.')
  await Promise.all([cache.addAll(FILES), cache.put('/', entrance)])
}

/** Old versions' files go, when no old page can ask for them. */
async function tidy() {
  const tabs = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true })
  if (tabs.length > 1) return
  for (const name of await caches.keys()) if (name.startsWith(FILES_OF) && name !== CACHE) await caches.delete(name)
}

/**
 * A page says which version it is, while this worker waits. If it is this one and the only page, there is nothing to wait for; a page of an old version is told that
 * there is a new one. A page that was told may ask for it.
 * @param {any} event
 */
async function hear({ data, source }) {
  if (data === 'begin') return worker.skipWaiting()
  if (data?.page !== OWN) return source.postMessage({ newer: OWN })
  const tabs = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true })
  if (tabs.length === 1) return worker.skipWaiting()
}

/** The page as it is now; as it was kept, when the server cannot be reached, cannot answer, or takes too long. @param {Request} request */
async function page(request) {
  const kept = await (await caches.open(CACHE)).match('/')
  if (!kept) return fetch(request)
  // A request that is given up must not keep the next one waiting.
  const limit = new AbortController(), timer = setTimeout(() => limit.abort(), PATIENCE)
  try {
    const answer = await fetch(request, { signal: limit.signal })
    return answer.status >= 500 ? kept : answer
  } catch {
    return kept
  } finally {
    clearTimeout(timer)
  }
}

/** A file of this version or, while it is kept, of another. @param {Request} request */
const file = async request => await found(request) ?? fetch(request)

/** @param {Request} request @returns {Promise<any>} */
const found = request => caches.match(request, { ignoreVary: true })

/** A template's icon: the kept one at once, and a new one for the next time. @param {any} event */
async function icon(event) {
  const { request } = event
  const cache = await caches.open(ICONS), kept = await cache.match(request, { ignoreVary: true })
  const asked = fetch(request).then(async answer => {
    if (answer.ok) await put(cache, request, answer.clone())
    return answer
  })
  if (!kept) return asked
  event.waitUntil(asked.catch(() => {}))
  return kept
}

/** @param {Cache} cache @param {Request} request @param {Response} answer */
async function put(cache, request, answer) {
  try {
    await cache.put(request, answer)
    for (const old of (await cache.keys()).slice(0, -KEPT_ICONS)) await cache.delete(old)
  } catch {
    // No room: it is asked for again.
  }
}
