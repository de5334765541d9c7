// The user's coins: how many, how to get more, what they were spent on.

import { h } from '../dom.js'
import { dateTime, loadTexts, number, t, translated } from '../texts.js'
import { call, callOne } from '../api.js'
import { account, readAccount } from '../shell.js'
import { icon } from '../ui.js'
import { part } from '../account/parts.js'
import { movements } from '../account/movements.js'

/** @param {import('../router.js').ViewContext} context */
export default async function view({ root, signal }) {
  await loadTexts('templates')
  root.append(
    h('h1', null, t('nav.coins')),
    part(async () => { await readAccount(); return account }, balance, signal),
    h('div', { class: 'columns account-columns' },
      h('section', null, h('h2', null, t('account.coins.today')), part(() => callOne('/user/getSpending', {}, { signal }), today, signal)),
      h('section', null, h('h2', null, t('account.coins.earn')), part(offers, earning, signal))),
    h('section', null, h('h2', null, t('account.coins.costs')), part(() => call('/prompt/getAllPrompts', {}, { signal }), ({ payload }) => costs(payload ?? []), signal)),
    h('section', null, h('h2', null, t('account.coins.history')), movements(signal)))
}

/** What the server gives coins for; null where it does not say. */
const offers = () => callOne('/misc/getSignInMethods', {}, { open: true }).catch(() => null)

/** @param {import('../shell.js').Account | null} who */
function balance(who) {
  if (!who) return null
  return h('div', { class: 'card' }, h('dl', { class: 'figures' },
    figure(t('account.coins.balance'), who.availableTokens, true),
    figure(t('account.coins.spent'), who.usedTokens),
    figure(t('account.emails'), who.generatedEmailCount)))
}

/** @param {string} name @param {number} value @param {boolean} [first] */
const figure = (name, value, first) => h('div', { class: first ? 'figure first' : 'figure' }, h('dt', null, name), h('dd', null, number(value)))

/** @param {{ emails: number, coins: number, budgetUsedPercent?: number, resetsOn: number } | undefined} spending */
function today(spending) {
  if (!spending) return null
  const { emails, coins, budgetUsedPercent, resetsOn } = spending
  return h('div', { class: 'card' },
    h('p', null, emails ? `${t('account.coins.todayEmails', { count: emails })} ${t('account.coins.todayCoins', { count: coins })}` : t('account.coins.todayNone')),
    budgetUsedPercent === undefined ? null : [
      h('label', { class: 'budget' }, h('span', null, t('account.coins.budget', { percent: budgetUsedPercent })), h('progress', { max: 100, value: budgetUsedPercent })),
      budgetUsedPercent >= 100 ? h('p', null, t('account.coins.budgetSpent')) : null,
    ],
    h('p', { class: 'muted' }, t('account.coins.resets', { time: dateTime(resetsOn) })))
}

/** What the server gives coins for; a server that does not say leaves what is always so. @param {any} offers The answer of getSignInMethods */
function earning(offers) {
  const { startingCoins = 0, dailyCoins, ads } = offers ?? {}
  return h('ul', { class: 'earning' },
    startingCoins > 0 ? way('check', t('account.coins.start', { coins: startingCoins })) : null,
    dailyCoins ? way('again', t('account.coins.daily', { coins: dailyCoins.coins, upTo: dailyCoins.upTo })) : null,
    ads ? way('coins', t('account.coins.ads', { coins: ads.coins, count: ads.mostADay })) : null,
    way('again', t('account.coins.back')),
    !ads && !dailyCoins ? way('feedback', h('span', null, t('account.coins.ask'), ' ', h('a', { href: '#/feedback' }, t('nav.feedback')))) : null)
}

/** @param {any} name @param {import('../dom.js').Child} text */
const way = (name, text) => h('li', null, icon(name), h('span', null, text))

/** @param {{ id: string, title: string, slug: string, maxTokens: number, withdrawn?: boolean }[]} templates */
function costs(templates) {
  // Those that are listed for past emails' sake cost nothing any more.
  const offered = templates.filter(one => !one.withdrawn && !(one.slug === 'own' && one.title.endsWith(' (deleted)'))).sort((a, b) => a.maxTokens - b.maxTokens)
  if (!offered.length) return null
  const [least, most] = [offered[0].maxTokens, offered[offered.length - 1].maxTokens]
  return h('details', { class: 'card' },
    h('summary', null, least === most ? t('account.coins.costOne', { count: least }) : t('account.coins.costRange', { least, most })),
    h('ul', { class: 'costs' }, offered.map(one => h('li', null,
      h('a', { href: `#/write/${encodeURIComponent(one.id)}` }, one.slug === 'own' ? one.title : translated(one.title)),
      h('span', null, number(one.maxTokens), h('span', { class: 'unseen' }, ` ${t('account.coins.unit', { count: one.maxTokens })}`))))))
}
