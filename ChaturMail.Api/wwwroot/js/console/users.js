// Users: a list to search, and a sheet for each at #/console/users/<uid>.

import { h, fill } from '../dom.js'
import { number, t } from '../texts.js'
import { currentSession, sessionEvents } from '../session.js'
import { endless, field } from '../ui.js'
import { facts, pages, userLink, when } from './pieces.js'
import { sheet } from './user.js'

/**
 * @typedef {{ uid: string, email: string, name: string, availableTokens: number, usedTokens: number, generatedEmailCount: number, disabled: boolean, isAdmin: boolean,
 *   createdOn: number }} User
 */

// Whom one looked for is there again after the way back from a sheet. It is an address, so it stands neither in the page's address nor on the device.
let looked = ''
sessionEvents.addEventListener('change', () => { if (!currentSession()) looked = '' })

/** @param {import('../router.js').ViewContext} context */
export default function users(context) {
  const { params, signal } = context
  if (params[0]) return sheet(params[0], signal)
  const place = h('div')
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  let stop = new AbortController()
  const show = () => {
    stop.abort()
    stop = new AbortController()
    const both = AbortSignal.any([signal, stop.signal])
    looked = search.control.value.trim()
    fill(place, endless({
      load: pages('/admin/findUsers', looked ? { search: looked } : {}, both), item: card, signal: both,
      empty: () => h('p', { class: 'muted', role: 'status' }, t('console.noUsers')),
    }))
  }
  const search = field({
    label: t('console.findUsers'), hint: t('console.findUsersHint'),
    control: h('input', { type: 'search', value: looked, maxlength: 100, autocomplete: 'off', spellcheck: 'false',
      oninput: () => { clearTimeout(timer); timer = setTimeout(show, 300) } }),
  })
  signal.addEventListener('abort', () => clearTimeout(timer))
  show()
  return [h('h1', null, t('console.part.users')),
    h('form', { role: 'search', onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); clearTimeout(timer); show() } }, search), place]
}

/** @param {User} user */
export const badges = user => [
  user.isAdmin ? h('span', { class: 'badge' }, t('console.operator')) : null, user.disabled ? h('span', { class: 'badge bad' }, t('console.disabled')) : null,
]

/** @param {User} user */
const card = user => h('li', { class: 'card' },
  h('h2', { class: 'console-title' }, userLink(user.uid, user.email || user.name || user.uid), badges(user)),
  facts([
    [t('console.name'), user.name], [t('console.coins'), number(user.availableTokens)], [t('console.emails'), number(user.generatedEmailCount)],
    [t('console.since'), when(user.createdOn)],
  ]))
