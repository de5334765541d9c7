// What stands around every view: the header with its navigation and menus, and what is said of the connection.

import { h, fill } from './dom.js'
import { LANGUAGES, language, setLanguage, t } from './texts.js'
import { call, callOne } from './api.js'
import { currentSession, expiresOn, forgetUser, kept, leave, owner, renewSession, sessionEvents } from './session.js'
import { keys, write } from './storage.js'
import { button, confirm, icon, toast, toasts } from './ui.js'
import { bell } from './notices.js'
import { show } from './router.js'

/** @typedef {{ uid: string, email: string, name: string, availableTokens: number, usedTokens: number, generatedEmailCount: number, isAdmin?: boolean }} Account */

/** The account as it was last read; null until then, and for nobody. @type {Account | null} */
export let account = null

/** Tells `change` when the account was read again. */
export const accountEvents = new EventTarget()

/** What other parts add to the menu, e.g. that the app can be installed; drawn anew when `accountEvents` tell a change. @type {Set<() => Node>} */
export const menuEntries = new Set()

/** Reads the account again: coins change with every email. */
export async function readAccount() {
  const session = currentSession()
  if (!session) account = null
  else {
    const read = await callOne('/user/getUserData')
    if (currentSession()?.uid !== session.uid) return
    account = read
    // What stands in the page does not wait for it.
    import('./messages/inbox.js').then(inbox => inbox.begin()).catch(() => {})
  }
  accountEvents.dispatchEvent(new Event('change'))
}

/** Builds what stands around the views, and keeps it up to date. */
export function frame() {
  const header = h('header', { class: 'top' })
  const connection = h('div', { id: 'connection', role: 'status' })
  const banner = h('div', { id: 'banner' })
  const main = document.getElementById('main')
  document.querySelector('header.top')?.replaceWith(header)
  main?.before(h('nav', { id: 'nav', class: 'nav', 'aria-label': t('nav.label') }), connection, banner)
  document.body.prepend(h('a', { class: 'skip', href: '#main', onclick: toContent }, t('nav.skip')))
  toasts()
  let view = ''
  const drawHeader = headerParts(header)
  const draw = () => { drawHeader(); navigation(view) }
  addEventListener('viewchange', event => { view = /** @type {CustomEvent} */ (event).detail; navigation(view); showBanner() })
  accountEvents.addEventListener('change', draw)
  sessionEvents.addEventListener('change', leaveToNext())
  // Whose session ended gets back to where they were, by the sign-in.
  sessionEvents.addEventListener('change', () => { if (!currentSession()) { account = null; draw(); show() } else readAccount().catch(() => draw()) })
  sessionEvents.addEventListener('end', () => toast(t('session.ended'), { kind: 'bad' }))
  // The operators' banner stands above the first page.
  const showBanner = async () => {
    const image = view === 'write' && currentSession() ? await (await import('./account/banner.js')).bannerImage() : null
    fill(banner, view === 'write' ? image : null)
  }
  const online = () => fill(connection, navigator.onLine ? null : h('p', { class: 'offline' }, icon('offline'), t('common.offline')))
  addEventListener('online', online)
  addEventListener('offline', online)
  online()
  draw()
}

/**
 * Another user has a page of their own: nothing of the one before stays in its memory, under way or on the screen. Who comes next to a view learns no more of it
 * than its name.
 */
function leaveToNext() {
  let mine = owner()
  return (/** @type {Event} */ event) => {
    const now = owner()
    if (mine && now !== mine) {
      event.stopImmediatePropagation()
      const wanted = new URLSearchParams(location.hash.split('?')[1]).get('then') ?? location.hash
      const view = /^#\/[a-z]+/.exec(wanted)?.[0].replace('#/email', '#/history') ?? '#/write'
      history.replaceState(null, '', now || view === '#/goodbye' ? view : '#/signin')
      location.reload()
    }
    mine = now
  }
}

/** A session that is used goes on: its token is renewed when it is near its end. */
export async function prolong() {
  const session = currentSession()
  if (!session || expiresOn() - Date.now() / 1000 > 7 * 86400) return
  const answer = await callOne('/auth/refreshToken')
  // Somebody else may be signed in by now.
  if (answer?.token && currentSession()?.token === session.token) renewSession(answer.token)
}

/** Past the navigation, for the keyboard: the focus goes to the heading. @param {Event} event */
function toContent(event) {
  event.preventDefault()
  const main = document.getElementById('main')
  const place = main?.querySelector('h1') ?? main
  place?.setAttribute('tabindex', '-1')
  place?.focus()
}

/**
 * Fills the header. Gives what brings it up to date, which leaves its elements in their places: they may have the focus, or be open.
 * @param {HTMLElement} header
 */
function headerParts(header) {
  const brand = h('a', { class: 'brand', href: '#/write', 'aria-label': 'ChaturMail' }, h('img', { src: new URL('../icons/chaturmail.svg', import.meta.url).href, alt: '', width: 28, height: 28 }), h('span', null, 'ChaturMail'))
  const amount = h('span', null), name = h('strong', null)
  const coins = h('a', { class: 'coins', href: '#/coins', hidden: true }, icon('coins'), amount), ring = bell()
  /** @type {unknown[]} */
  let drawn = []
  return () => {
    const signedIn = currentSession(), now = [signedIn?.email, ...menuEntries]
    coins.hidden = !account
    ring.hidden = !signedIn
    if (account) coins.setAttribute('aria-label', t('nav.coinsOf', { count: account.availableTokens }))
    fill(amount, account && t('nav.coinsShort', { coins: account.availableTokens }))
    fill(name, account?.name || signedIn?.email)
    if (now.length !== drawn.length || now.some((part, at) => part !== drawn[at])) fill(header, brand, coins, ring, menu(signedIn, name))
    drawn = now
  }
}

/** @param {import('./session.js').Session | null} signedIn @param {HTMLElement} name */
function menu(signedIn, name) {
  const themes = h('select', { onchange: (/** @type {any} */ event) => setTheme(event.target.value) },
    h('option', { value: '' }, t('theme.system')), h('option', { value: 'light' }, t('theme.light')), h('option', { value: 'dark' }, t('theme.dark')))
  const panel = h('div', { class: 'menu', id: 'menu', popover: 'auto' },
    signedIn ? h('p', { class: 'who' }, name, h('span', { class: 'muted' }, signedIn.email)) : null,
    signedIn ? ['profile', 'coins', 'prompts', 'tutorials', 'feedback'].map(name => link(name)) : null,
    h('label', { class: 'row' }, icon('language'), t('nav.language'),
      h('select', { value: language, onchange: (/** @type {any} */ event) => setLanguage(event.target.value) }, Object.entries(LANGUAGES).map(([tag, name]) => h('option', { value: tag, lang: tag }, name)))),
    h('label', { class: 'row' }, icon('theme'), t('nav.theme'), themes),
    [...menuEntries].map(entry => entry()),
    signedIn ? button({ label: t('nav.signout'), icon: 'signout', kind: 'quiet', onclick: signOut }) : null)
  // The profile sets the theme as well.
  panel.addEventListener('beforetoggle', () => { themes.value = document.documentElement.dataset.theme ?? '' })
  panel.addEventListener('click', (/** @type {any} */ event) => { if (event.target.closest('a')) panel.hidePopover() })
  return h('div', null, h('button', { type: 'button', class: 'button quiet icon-only', popovertarget: 'menu', 'aria-label': t('nav.menu'), title: t('nav.menu') }, icon('profile')), panel)
}

/** @param {string} view The one that is shown */
function navigation(view) {
  const nav = document.getElementById('nav')
  if (!nav) return
  const names = currentSession() ? ['write', 'history', 'parties', 'messages', 'schedule', ...(account?.isAdmin ? ['console'] : [])] : []
  const links = /** @type {HTMLAnchorElement[]} */ ([...nav.children])
  // A link that is there stays: it may have the focus.
  if (names.length < links.length) fill(nav, links.slice(0, names.length))
  nav.append(...names.slice(links.length).map(name => link(name)))
  const current = { email: 'history', topic: 'parties', join: 'parties' }[view] ?? view
  names.forEach((name, at) => name === current ? nav.children[at].setAttribute('aria-current', 'page') : nav.children[at].removeAttribute('aria-current'))
  nav.hidden = !names.length
}

// texts: nav.*
/** @param {any} name */
const link = name => h('a', { href: `#/${name}` }, icon(name), h('span', null, t(`nav.${name}`)))

/** @param {string} theme `light`, `dark`, or '' for the device's own */
export function setTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme
  else delete document.documentElement.dataset.theme
  write('chaturmail.theme', theme)
}

/** Signs out here: on the server, and then nothing of the user stays on the device. What was typed and not sent goes too, so it is asked. */
async function signOut() {
  const uid = currentSession()?.uid
  const typed = keys(`chaturmail.${uid}.draft`).length > 0
  if (typed && !await confirm(t('session.out'), t('session.outTyped'), t('nav.signout'))) return
  // What was deleted and may still be undone is deleted for good.
  if (kept('deleting', []).length) await import('./history/deleting.js').then(deleting => deleting.endOffers()).catch(() => {})
  await call('/auth/logout', { all: false }, { token: leave() }).catch(() => {})
  history.replaceState(null, '', '#/signin')
  await forgetUser()
}
