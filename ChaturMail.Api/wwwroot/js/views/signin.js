// Signing in, in the ways that the server offers.

import { h, fill, svg } from '../dom.js'
import { t } from '../texts.js'
import { beginSession, currentSession, sessionEvents } from '../session.js'
import { button, errorText, notice } from '../ui.js'
import { exchange, signInMethods } from '../signin/enter.js'
import { goToGoogle, returnFromGoogle } from '../signin/google.js'
import { signInWithGoogle } from '../signin/firebase.js'
import { forgotStep, passwordForm, registerStep } from '../signin/accounts.js'
import { challengeStep } from '../signin/challenge.js'
import { emailField, form } from '../signin/forms.js'

const ADDRESS = 'chaturmail.address'

// Colours and strokes of the mark that people know Google's buttons by.
const GOOGLE = [
  ['#ea4335', 'M5 8A8 8 0 0 1 18 6.5'], ['#fbbc04', 'M4.8 15.5A8 8 0 0 1 5 8'], ['#34a853', 'M17.5 17.8A8 8 0 0 1 4.8 15.5'], ['#4285f4', 'M12.5 12H20a8 8 0 0 1-2.5 5.8'],
]

/**
 * What the steps of a sign-in share.
 * @typedef {object} Page
 * @property {AbortSignal} signal
 * @property {import('../signin/firebase.js').Firebase} firebase Only where it is offered.
 * @property {string} then Where to go after the sign-in.
 * @property {string} address The address that was typed last; it survives a reload, and goes with the sign-in.
 * @property {(title: string, ...content: import('../dom.js').Child[]) => void} show Shows a step in the place of the one before.
 * @property {(problem?: string) => void} start Shows the first step, with what went wrong.
 * @property {(...path: string[]) => string} link The address of a step that has one.
 * @property {(entry: import('../signin/enter.js').Entry) => void} enter Goes in, or asks for the code that is wanted first.
 */

/** The address that was typed last, kept for this tab where the browser keeps anything. @param {string} [now] */
function typed(now) {
  try {
    if (now) sessionStorage.setItem(ADDRESS, now)
    else if (now === '') sessionStorage.removeItem(ADDRESS)
    return sessionStorage.getItem(ADDRESS) ?? ''
  } catch {
    return now ?? ''
  }
}

/** @typedef {'firebase' | 'development' | 'local'} Way */

/** @param {import('../router.js').ViewContext} context */
export default async function view({ root, params, query, signal }) {
  // Looked at by whom it finds signed in as well, and then forgotten.
  const returned = await returnFromGoogle()
  const then = ownAddress(returned?.then ?? query.get('then'))
  const away = () => location.replace(then)
  if (currentSession()) return away()
  // Somebody may sign in in another tab, too.
  sessionEvents.addEventListener('change', () => { if (currentSession()) away() }, { signal })
  fill(root, h('h1', null, t('nav.signin')), h('p', { class: 'muted', role: 'status' }, t('common.loading')))
  const methods = await signInMethods()
  if (signal.aborted) return
  const ways = waysOf(methods)
  let shown = 0
  /** @type {Page} */
  const page = {
    signal, then,
    firebase: /** @type {import('../signin/firebase.js').Firebase} */ (methods.firebase),
    get address() { return typed() },
    set address(value) { typed(value) },
    show(title, ...content) {
      const lead = title === t('signin.title') ? h('p', { class: 'lead' }, t('signin.what', { coins: methods.startingCoins })) : null
      fill(root, h('h1', null, title), lead, h('div', { class: 'card' }, content))
      // The first step is announced by the page itself.
      if (shown++) /** @type {HTMLElement | null} */ (root.querySelector('input:not([hidden]):not([type=radio])') ?? focusable(root.querySelector('h1')))?.focus()
    },
    link: (...path) => `#/signin${path.map(part => `/${part}`).join('')}?then=${encodeURIComponent(then)}`,
    start(problem) {
      // The address of another step would be shown again at a reload.
      if (params.length && params[0] !== 'with') history.replaceState(null, '', page.link())
      startStep(page, ways, /** @type {Way} */ (params[0] === 'with' ? params[1] : ''), problem)
    },
    enter(entry) {
      if (signal.aborted) return
      if ('challenge' in entry) return challengeStep(page, entry.challenge, entry.address)
      typed('')
      beginSession(entry.token)
    },
  }
  if (returned) return finishGoogle(page, returned)
  const keeper = /** @type {import('../signin/accounts.js').Keeper} */ (params[1])
  if (params[0] === 'register' && ways.includes(keeper)) registerStep(page, keeper)
  else if (params[0] === 'forgot' && ways.includes(keeper)) forgotStep(page, keeper)
  else page.start()
}

/**
 * Where to go after the sign-in: an address of the app's own views, whatever the link that led here says.
 * @param {string | null} wanted
 */
const ownAddress = wanted => wanted && /^#\/[a-z]/.test(wanted) && !wanted.startsWith('#/signin') ? wanted : '#/write'

/** @param {import('../signin/enter.js').Methods} methods @returns {Way[]} The one that is offered first comes first */
function waysOf({ firebase, development, password }) {
  /** @type {Way[]} */
  const ways = []
  if (firebase) ways.push('firebase')
  if (development) ways.push('development')
  if (password) ways.push('local')
  return ways
}

/** @param {Page} page @param {Way[]} ways @param {Way} chosen @param {string} [problem] */
function startStep(page, ways, chosen, problem) {
  const way = ways.includes(chosen) ? chosen : ways[0]
  const others = ways.filter(other => other !== way)
  page.show(t('signin.title'),
    problem ? notice(problem, 'bad') : null,
    way === undefined ? notice(t('signin.nowhere'), 'bad') : null,
    way === 'firebase' && page.firebase.googleClientId ? [googleButton(page), h('p', { class: 'or' }, h('span', null, t('signin.or')))] : null,
    way === 'development' ? developmentForm(page) : null,
    way === 'firebase' || way === 'local' ? passwordForm(page, way) : null,
    // texts: signin.with.*
    others.length ? h('p', { class: 'ways others' }, others.map(other => h('a', { href: page.link('with', other) }, t(`signin.with.${other}`)))) : null)
}

/** @param {Page} page */
function developmentForm(page) {
  const email = emailField(page.address, 'email')
  return [
    h('p', { class: 'muted' }, t('signin.developmentWhy')),
    form({
      fields: [email], label: t('signin.submit'),
      send: async () => {
        const address = page.address = email.control.value.trim()
        page.enter(await exchange(`dev:${address}`, address, 'dev'))
      },
    }),
  ]
}

/** @param {Page} page */
function googleButton(page) {
  const control = button({ label: t('signin.withGoogle'), onclick: () => goToGoogle(/** @type {string} */ (page.firebase.googleClientId), page.then) })
  control.classList.add('wide')
  control.prepend(svg('svg', { class: 'google', viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false' },
    GOOGLE.map(([stroke, d]) => svg('path', { d, stroke, fill: 'none', 'stroke-width': '3.4' }))))
  return control
}

/** @param {Page} page @param {import('../signin/google.js').Return} returned */
async function finishGoogle(page, returned) {
  if ('problem' in returned) return page.start(t(`signin.google.${returned.problem}`)) // texts: signin.google.*
  page.show(t('signin.title'), h('p', { role: 'status' }, t('signin.googleGoes')))
  if (!page.firebase) return page.start(t('signin.google.refused'))
  try {
    page.enter(await exchange(await signInWithGoogle(page.firebase, returned.idToken, returned.nonce), returned.email, 'google'))
  } catch (error) {
    page.start(errorText(error))
  }
}

/** @param {HTMLElement | null} heading */
function focusable(heading) {
  heading?.setAttribute('tabindex', '-1')
  return heading
}
