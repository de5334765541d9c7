// The movements of the user's coins, in words.

import { h } from '../dom.js'
import { dateTime, t } from '../texts.js'
import { call } from '../api.js'
import { endless, icon } from '../ui.js'
import { signed } from './parts.js'

/** @typedef {{ id: string, kind: string, coins: number, spent: number, reference: string, createdOn: number }} Movement As docs/api.md has it. */

const PAGE = 30

/** All movements, newest first, a page at a time. @param {AbortSignal} signal */
export function movements(signal) {
  // Coins that were given back belong to an email that was never written. The list goes backwards in time, so that is known before its beginning is drawn.
  /** @type {Set<string>} */
  const unwritten = new Set()
  return endless({
    signal,
    tag: 'ul',
    load: async cursor => {
      const answer = await call('/user/getCoinHistory', { limit: PAGE, cursor }, { signal })
      const items = /** @type {Movement[]} */ (answer.payload ?? [])
      for (const { kind, reference } of items) if (kind === 'refund') unwritten.add(reference)
      return { items, next: answer.nextCursor }
    },
    item: movement => line(movement, !unwritten.has(movement.reference)),
    empty: () => h('p', { class: 'muted' }, t('account.coins.none')),
  })
}

/** @param {Movement} movement @param {boolean} written */
function line(movement, written) {
  const { kind, coins, reference, createdOn } = movement
  const email = written && reference && ['reserve', 'settle'].includes(kind)
  return h('li', { class: 'movement' },
    h('span', { class: ['movement-sign', coins > 0 && 'good', coins < 0 && 'bad'] }, icon(coins > 0 ? 'plus' : coins < 0 ? 'coins' : 'check')),
    h('div', { class: 'movement-what' },
      email ? h('a', { href: `#/email/${encodeURIComponent(reference)}` }, words(movement)) : h('span', null, words(movement)),
      h('span', { class: 'muted' }, dateTime(createdOn))),
    h('span', { class: ['movement-coins', coins > 0 && 'good', coins < 0 && 'bad'] },
      signed(coins), h('span', { class: 'unseen' }, ` ${t('account.coins.unit', { count: Math.abs(coins) })}`)))
}

// texts: account.kind.*
/** What a movement was. @param {Movement} movement */
function words({ kind, coins, spent, reference }) {
  switch (kind) {
    case 'grant':
      if (reference === 'signup' || reference === 'daily') return t(`account.kind.${reference}`)
      return coins < 0 ? t('account.kind.taken', { reason: reference }) : t('account.kind.given', { reason: reference })
    case 'settle': return t('account.kind.settle', { count: spent })
    case 'reserve': case 'refund': case 'reward': case 'purchase': case 'opening': return t(`account.kind.${kind}`)
    default: return t('account.kind.other')
  }
}
