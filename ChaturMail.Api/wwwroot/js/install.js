// The app on the device: it can be installed, it opens without a connection, and a new version of it is offered and never forced.

import { accountEvents, menuEntries } from './shell.js'
import { registerWorker } from './html.js'
import { loadTexts, t } from './texts.js'
import { button, toast } from './ui.js'

// The version of this page: /app/<version>/js/install.js.
const VERSION = new URL(import.meta.url).pathname.split('/')[2]
// So often, in milliseconds, a page that stays open asks for a new version when it is looked at.
const ASK_EVERY = 3_600_000

/** Begins to listen; the browser tells once, and early, that the app can be installed. */
export function installable() {
  /** @type {(() => Node) | undefined} */
  let entry
  const gone = () => { if (entry) menuEntries.delete(entry); redraw() }
  addEventListener('beforeinstallprompt', async event => {
    event.preventDefault()
    await loadTexts('history')
    if (entry) menuEntries.delete(entry)
    menuEntries.add(entry = () => button({ label: t('history.install'), icon: 'download', kind: 'quiet', onclick: () => { /** @type {any} */ (event).prompt(); gone() } }))
    redraw()
  })
  addEventListener('appinstalled', gone)
  // The first view is not kept waiting by what is done for later ones.
  if ('serviceWorker' in navigator) addEventListener('load', () => follow().catch(error => console.warn('The app does not open offline:', error)), { once: true })
}

const redraw = () => accountEvents.dispatchEvent(new Event('change'))

async function follow() {
  navigator.serviceWorker.addEventListener('message', ({ data, source }) => { if (data?.newer) offer(/** @type {ServiceWorker} */ (source)) })
  const registration = await registerWorker()
  const greet = () => registration.waiting?.postMessage({ page: VERSION })
  registration.addEventListener('updatefound', () => {
    const { installing } = registration
    installing?.addEventListener('statechange', () => { if (installing.state === 'installed') greet() })
  })
  greet()
  let asked = Date.now()
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible' || Date.now() - asked < ASK_EVERY) return
    asked = Date.now()
    registration.update().catch(() => {})
  })
}

/** @type {ServiceWorker | undefined} */
let offered

/** A new version waits: the user says when it comes. @param {ServiceWorker} worker */
async function offer(worker) {
  if (offered === worker) return
  offered = worker
  await loadTexts('history')
  const begin = () => {
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
    worker.postMessage('begin')
  }
  menuEntries.add(() => button({ label: t('history.reload'), icon: 'again', kind: 'quiet', onclick: begin }))
  redraw()
  toast(t('history.newVersion'), { action: t('history.reload'), onaction: begin })
}
