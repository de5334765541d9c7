// Jobs that were given up: why, and what is to become of them.

import { h, fill } from '../dom.js'
import { number, t } from '../texts.js'
import { ApiFailure, call } from '../api.js'
import { button, confirm, endless, errorText } from '../ui.js'
import { code, facts, failureText, pages, userLink, when } from './pieces.js'

/**
 * @typedef {{ id: string, reason: string, attempts: number, firstTriedAt: number, buriedAt: number, userId: string | null, promptId: string | null,
 *   coins: number | null }} Letter
 */

/** @param {import('../router.js').ViewContext} context */
export default function dead({ signal }) {
  /** @type {Set<string>} */
  const chosen = new Set()
  const place = h('div')
  const results = h('div', { role: 'status' })
  const all = h('input', { type: 'checkbox', onchange: () => chooseAll(all.checked) })
  const retrySeveral = button({ label: t('console.retry'), icon: 'again', onclick: () => act('retry', [...chosen]) })
  const dropSeveral = button({ label: t('console.drop'), icon: 'delete', kind: 'danger', onclick: () => act('drop', [...chosen]) })
  const bar = h('div', { class: 'buttons console-bar', role: 'group', 'aria-label': t('console.several') },
    h('label', { class: 'check' }, all, t('console.chooseAll')), retrySeveral, dropSeveral)

  const boxes = () => /** @type {NodeListOf<HTMLInputElement>} */ (place.querySelectorAll('input[type=checkbox]'))
  const count = () => {
    fill(retrySeveral.lastElementChild ?? retrySeveral, chosen.size ? t('console.retryCount', { count: chosen.size }) : t('console.retry'))
    fill(dropSeveral.lastElementChild ?? dropSeveral, chosen.size ? t('console.dropCount', { count: chosen.size }) : t('console.drop'))
    retrySeveral.disabled = dropSeveral.disabled = chosen.size === 0
    const shown = boxes().length
    all.checked = shown > 0 && chosen.size === shown
    all.indeterminate = chosen.size > 0 && chosen.size < shown
  }
  const choose = (/** @type {string} */ id, /** @type {boolean} */ on) => {
    if (on) chosen.add(id)
    else chosen.delete(id)
    count()
  }
  const chooseAll = (/** @type {boolean} */ on) => {
    for (const box of boxes()) {
      box.checked = on
      choose(box.value, on)
    }
    count()
  }
  const act = async (/** @type {'retry' | 'drop'} */ what, /** @type {string[]} */ ids) => {
    if (what === 'drop' && !await confirm(t('console.dropTitle', { count: ids.length }), t('console.dropText'), t('console.drop'))) return
    const list = fill(results, h('ul', { class: 'notice console-results', tabindex: -1 })).firstElementChild
    for (const id of ids) list?.append(h('li', null, code(id), ' ', await resultOf(what, id)))
    refresh()
    // The button that was pressed may be gone.
    if (!document.activeElement || document.activeElement === document.body) /** @type {HTMLElement} */ (list)?.focus()
  }
  const refresh = () => {
    chosen.clear()
    fill(place, endless({
      load: pages('/admin/getDeadLetters', {}, signal), signal, empty: () => h('p', { class: 'muted' }, t('console.noDead')),
      item: (/** @type {Letter} */ letter) => card(letter, on => choose(letter.id, on), what => act(what, [letter.id])),
    }))
    count()
  }
  refresh()
  return [h('h1', null, t('console.part.dead')), h('p', { class: 'muted' }, t('console.deadAbout')), bar, results, place]
}

/** What came of it, in words. @param {'retry' | 'drop'} what @param {string} id */
async function resultOf(what, id) {
  try {
    await call(what === 'retry' ? '/admin/retryDeadLetter' : '/admin/dropDeadLetter', { id })
    return what === 'retry' ? t('console.retried') : t('console.dropped')
  } catch (error) {
    // The server's sentence says which of several reasons it is.
    return error instanceof ApiFailure && error.code === 'retry_impossible' ? `${t('console.retryImpossible')} ${error.message}` : errorText(error)
  }
}

/** @param {Letter} letter @param {(on: boolean) => void} choose @param {(what: 'retry' | 'drop') => Promise<void>} act */
function card(letter, choose, act) {
  // Some reasons begin with the code that the user was answered with.
  const [known] = letter.reason.split(';'), words = failureText(known)
  return h('li', { class: 'card letter' },
    h('label', { class: 'check' }, h('input', { type: 'checkbox', value: letter.id, onchange: (/** @type {any} */ event) => choose(event.target.checked) }),
      h('span', { class: 'unseen' }, t('console.chooseLetter')), code(letter.id)),
    h('p', { class: 'letter-reason' }, words === known ? letter.reason : [words, ' ', code(letter.reason)]),
    facts([
      [t('console.attempts'), number(letter.attempts)], [t('console.firstTried'), when(letter.firstTriedAt)], [t('console.buried'), when(letter.buriedAt)],
      [t('console.template'), !letter.promptId ? null : letter.promptId.length > 20 ? t('console.ownTemplate')
        : h('a', { href: `#/console/templates/${encodeURIComponent(letter.promptId)}` }, letter.promptId)],
      [t('console.coins'), letter.coins === null ? null : number(letter.coins)], [t('console.user'), letter.userId && userLink(letter.userId)],
      [t('console.record'), letter.userId ? null : t('console.recordGone')],
    ]),
    h('div', { class: 'buttons' },
      button({ label: t('console.retry'), 'aria-label': `${t('console.retry')} ${letter.id}`, icon: 'again', onclick: () => act('retry') }),
      button({ label: t('console.drop'), 'aria-label': `${t('console.drop')} ${letter.id}`, icon: 'delete', kind: 'danger', onclick: () => act('drop') })))
}
