// Shows the view that the address's fragment names: #/history, #/email/<id>.

import { h, fill } from './dom.js'
import { loadTexts, t } from './texts.js'
import { ApiFailure } from './api.js'
import { currentSession } from './session.js'
import { errorBox } from './ui.js'

/**
 * @typedef {object} ViewContext
 * @property {HTMLElement} root Empty, in the page; the view fills it.
 * @property {string[]} params What follows the view's name in the address, e.g. the id in #/email/<id>.
 * @property {URLSearchParams} query What stands behind a ? in the fragment.
 * @property {AbortSignal} signal Aborted when the view is left: ends its calls, listeners and timers.
 */

/**
 * @typedef {object} Route
 * @property {() => Promise<{ default: (context: ViewContext) => void | Promise<void> }>} load
 * @property {string[]} texts Areas of texts that the view needs.
 * @property {string} title Key of the page's title.
 * @property {string[]} css Style sheets of the view.
 * @property {boolean} [open] Shown to those who are not signed in as well.
 */

/** @type {Record<string, Route>} */
const ROUTES = {
  write: { load: () => import('./views/write.js'), texts: ['templates', 'write', 'email'], title: 'nav.write', css: ['write', 'email'] },
  email: { load: () => import('./views/email.js'), texts: ['templates', 'write', 'email'], title: 'nav.email', css: ['write', 'email'] },
  history: { load: () => import('./views/history.js'), texts: ['templates', 'history', 'write', 'email'], title: 'nav.history', css: ['history', 'email'] },
  parties: { load: () => import('./views/parties.js'), texts: ['parties'], title: 'nav.parties', css: ['parties'] },
  topic: { load: () => import('./views/topic.js'), texts: ['parties', 'messages', 'schedule', 'email'], title: 'nav.topic', css: ['email', 'messages', 'parties'] },
  join: { load: () => import('./views/join.js'), texts: ['parties'], title: 'nav.join', css: ['parties'] },
  messages: { load: () => import('./views/messages.js'), texts: ['messages'], title: 'nav.messages', css: ['messages'] },
  schedule: { load: () => import('./views/schedule.js'), texts: ['schedule'], title: 'nav.schedule', css: ['schedule'] },
  notifications: { load: () => import('./views/notifications.js'), texts: ['notices'], title: 'nav.notifications', css: ['notices'] },
  coins: { load: () => import('./views/coins.js'), texts: ['account'], title: 'nav.coins', css: ['account'] },
  tutorials: { load: () => import('./views/tutorials.js'), texts: ['account'], title: 'nav.tutorials', css: ['account'] },
  prompts: { load: () => import('./views/prompts.js'), texts: ['account'], title: 'nav.prompts', css: ['account'] },
  feedback: { load: () => import('./views/feedback.js'), texts: ['account'], title: 'nav.feedback', css: ['account'] },
  profile: { load: () => import('./views/profile.js'), texts: ['account', 'signin'], title: 'nav.profile', css: ['account', 'signin'] },
  signin: { load: () => import('./views/signin.js'), texts: ['signin'], title: 'nav.signin', css: ['signin'], open: true },
  goodbye: { load: () => import('./views/goodbye.js'), texts: ['account'], title: 'account.goodbye', css: ['account'], open: true },
  console: { load: () => import('./views/console.js'), texts: ['console'], title: 'nav.console', css: ['console'] },
}

let leave = new AbortController()

/** Goes to a view. @param {string} address e.g. `#/history` */
export function go(address) {
  if (location.hash === address) show()
  else location.hash = address
}

/** Begins to follow the address. */
export function follow() {
  addEventListener('hashchange', () => show())
  return show()
}

/** Begins to read what the address's view is made of, before it can be shown: on a slow line each round trip is seen. */
export function ahead() {
  const { name } = asked()
  const route = ROUTES[currentSession() || ROUTES[name].open ? name : 'signin']
  // What fails is told when the view is shown.
  route.load().catch(() => {})
  loadTexts(...route.texts).catch(() => {})
}

/** What the address asks for. */
function asked() {
  const [path, search] = location.hash.replace(/^#\/?/, '').split('?')
  const [wanted, ...params] = path.split('/').map(decode)
  return { name: Object.hasOwn(ROUTES, wanted) ? wanted : 'write', params, search }
}

/** Shows the view of the address anew. */
export async function show() {
  const { name, params, search } = asked()
  // Where somebody wanted to go is where they get to once they are signed in.
  if (!currentSession() && !ROUTES[name].open) {
    history.replaceState(null, '', `#/signin?then=${encodeURIComponent(location.hash)}`)
    return show()
  }

  leave.abort()
  const mine = leave = new AbortController()
  const { signal } = mine
  const route = ROUTES[name]
  const main = /** @type {HTMLElement} */ (document.getElementById('main'))
  const root = h('div', { class: `view ${name}` })
  dispatchEvent(new CustomEvent('viewchange', { detail: name }))
  try {
    const [view] = await Promise.all([route.load(), loadTexts(...route.texts), ...route.css.map(style)])
    if (signal.aborted) return
    document.title = `${t(route.title)} · ChaturMail`
    fill(main, root)
    await view.default({ root, params, query: new URLSearchParams(search), signal })
    if (!signal.aborted) focus(root)
  } catch (error) {
    if (signal.aborted) return
    // A server that cannot be reached is told in the page, and no fault of the app.
    if (!(error instanceof ApiFailure)) console.error(error)
    fill(main, h('div', { class: 'view' }, h('h1', null, t(route.title)), errorBox(error, show)))
  }
}

// A screen reader is told where it is; the first view of all is announced by the browser.
let first = true
/** @param {HTMLElement} root */
function focus(root) {
  if (!first && !root.contains(document.activeElement)) {
    const heading = root.querySelector('h1')
    heading?.setAttribute('tabindex', '-1')
    heading?.focus({ preventScroll: true })
    scrollTo(0, 0)
  }
  first = false
}

/** Loads a style sheet, once. @param {string} name */
export function style(name) {
  const address = new URL(`../css/${name}.css`, import.meta.url).href
  if ([...document.styleSheets].some(sheet => sheet.href === address)) return
  return new Promise((resolve, reject) =>
    document.head.append(h('link', { rel: 'stylesheet', href: address, onload: resolve, onerror: () => reject(new Error(`No style ${name}`)) })))
}

/** @param {string} part */
function decode(part) {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
