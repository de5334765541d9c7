// What was used, spent and earned, day by day (UTC).

import { h, fill } from '../dom.js'
import { number, t } from '../texts.js'
import { call } from '../api.js'
import { button, errorBox, field } from '../ui.js'
import { go } from '../router.js'
import { code, compact, day, shortDay, usd, usdRough } from './pieces.js'
import { plot } from './plot.js'

/**
 * @typedef {{ day: string, signUps: number, activeUsers: number, emails: number, coinsSpent: number, coinsGranted: number, coinsTaken: number, coinsRewarded: number,
 *   coinsPurchased: number, rewards: number, modelCalls: number, modelCostMicroUsd: number, estimatedRevenueMicroUsd: number }} Use
 * @typedef {{ day: string, provider: string, model: string, purpose: string, calls: number, inputTokens: number, outputTokens: number, costMicroUsd: number }} Cost
 */

const SPANS = [7, 14, 31], DAY = /^\d{4}-\d\d-\d\d$/

/** @param {import('../router.js').ViewContext} context */
export default function usage({ query, signal }) {
  const days = SPANS.find(span => String(span) === query.get('days')) ?? 7
  const from = query.get('from') ?? '', to = query.get('to') ?? '', given = DAY.test(from) && DAY.test(to)
  const range = given ? { from, to } : { from: dayBefore(days - 1), to: dayBefore(0) }
  const place = h('div', { class: 'console-usage', 'aria-live': 'polite' }, h('p', { class: 'muted' }, t('common.loading')))
  const load = async () => {
    try {
      const [use, costs] = await Promise.all(['/admin/getUsage', '/admin/getModelCosts'].map(path => call(path, range, { signal })))
      fill(place, figures([...use.payload ?? []].reverse(), costs.payload ?? [], signal))
    } catch (error) {
      if (!signal.aborted) fill(place, errorBox(error, load))
    }
  }
  load()
  return [h('h1', null, t('console.part.usage')), chooser(given ? 0 : days, range), place]
}

/** @param {number} days */
const dayBefore = days => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)

/** @param {number} days 0 for a range of the user's own @param {{ from: string, to: string }} range */
function chooser(days, range) {
  const first = field({ label: t('console.from'), control: h('input', { type: 'date', value: range.from, max: dayBefore(0), required: true }) })
  const last = field({ label: t('console.to'), control: h('input', { type: 'date', value: range.to, max: dayBefore(0), required: true }) })
  const choose = (/** @type {Event} */ event) => {
    event.preventDefault()
    const [from, to] = [first.control.value, last.control.value]
    const count = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1
    if (count >= 1 && count <= 31) go(`#/console/usage?from=${from}&to=${to}`)
    else {
      first.fail(t('console.rangeLimit'))
      first.control.focus()
    }
  }
  return h('div', { class: 'console-range' },
    h('div', { class: 'buttons', role: 'group', 'aria-label': t('console.span') }, SPANS.map(span =>
      h('a', { class: ['button', span === days && 'primary'], href: `#/console/usage?days=${span}`, 'aria-current': span === days ? 'true' : null },
        t('console.days', { count: span })))),
    h('form', { class: 'console-dates', novalidate: true, onsubmit: choose }, first, last, button({ label: t('console.showRange'), type: 'submit' })))
}

/** @param {Use[]} use Oldest first @param {Cost[]} costs @param {AbortSignal} signal */
function figures(use, costs, signal) {
  const labels = use.map(one => day(one.day)), ticks = use.map(one => shortDay(one.day))
  const sum = (/** @type {(one: Use) => number} */ of) => use.reduce((all, one) => all + of(one), 0)
  const counts = { format: number, axis: (/** @type {number} */ value) => compact.format(value), whole: true, axisName: t('console.day') }
  const money = { format: usd, axis: usdRough, unit: 1e6, axisName: t('console.day') }
  const of = (/** @type {[string, (one: Use) => number][]} */ ...series) => ({ labels, ticks, series: series.map(([name, value]) => ({ name, values: use.map(value) })) })
  return [
    h('dl', { class: 'tiles' }, [
      [t('console.cost'), usd(costs.reduce((all, cost) => all + cost.costMicroUsd, 0))], [t('console.revenue'), usd(sum(one => one.estimatedRevenueMicroUsd))],
      [t('console.emailsWritten'), number(sum(one => one.emails))], [t('console.signUps'), number(sum(one => one.signUps))],
      [t('console.coinsSpent'), number(sum(one => one.coinsSpent))],
    ].map(([name, value]) => h('div', { class: 'card tile' }, h('dt', null, name), h('dd', null, value)))),
    h('div', { class: 'plots' },
      plot({ ...money, kind: 'bars', title: t('console.costByProvider') }, { labels, ticks, series: byProvider(use, costs) }, signal),
      plot({ ...money, title: t('console.costAndRevenue') }, of([t('console.cost'), one => one.modelCostMicroUsd],
        [t('console.revenue'), one => one.estimatedRevenueMicroUsd]), signal),
      plot({ ...counts, title: t('console.users') }, of([t('console.activeUsers'), one => one.activeUsers], [t('console.signUps'), one => one.signUps]), signal),
      plot({ ...counts, kind: 'bars', title: t('console.emailsWritten') }, of([t('console.emailsWritten'), one => one.emails]), signal),
      wide(plot({ ...counts, title: t('console.coins') }, of([t('console.coinsSpent'), one => one.coinsSpent], [t('console.coinsGranted'), one => one.coinsGranted],
        [t('console.coinsTaken'), one => one.coinsTaken], [t('console.coinsRewarded'), one => one.coinsRewarded],
        [t('console.coinsPurchased'), one => one.coinsPurchased]), signal)),
      costTable(costs)),
    h('p', { class: 'hint' }, t('console.usageHint')),
  ]
}

/** @param {HTMLElement} element */
const wide = element => { element.classList.add('wide'); return element }

const MOST_PROVIDERS = 6

/**
 * A series a provider, in the order of the alphabet, so that each keeps its pattern from day to day. Where there are more than patterns, the cheapest are one.
 * @param {Use[]} use
 * @param {Cost[]} costs
 */
function byProvider(use, costs) {
  const names = Map.groupBy(costs, cost => cost.provider)
  const dearest = [...names].map(([name, all]) => ({ name, sum: all.reduce((sum, cost) => sum + cost.costMicroUsd, 0) })).sort((a, b) => b.sum - a.sum).map(({ name }) => name)
  const shown = dearest.slice(0, dearest.length > MOST_PROVIDERS ? MOST_PROVIDERS - 1 : MOST_PROVIDERS).sort()
  const series = (/** @type {string} */ name, /** @type {(provider: string) => boolean} */ has) => ({
    name, values: use.map(({ day }) => costs.reduce((all, cost) => cost.day === day && has(cost.provider) ? all + cost.costMicroUsd : all, 0)),
  })
  return [...shown.map(name => series(name, provider => provider === name)),
    ...dearest.length > shown.length ? [series(t('console.others'), provider => !shown.includes(provider))] : []]
}

/** What each model cost in all these days. @param {Cost[]} costs */
function costTable(costs) {
  /** @type {Map<string, Cost>} */
  const sums = new Map()
  for (const cost of costs) {
    const key = `${cost.provider}\n${cost.model}\n${cost.purpose}`, sum = sums.get(key)
    sums.set(key, sum ? { ...sum, calls: sum.calls + cost.calls, inputTokens: sum.inputTokens + cost.inputTokens,
      outputTokens: sum.outputTokens + cost.outputTokens, costMicroUsd: sum.costMicroUsd + cost.costMicroUsd } : cost)
  }
  const heads = ['console.calls', 'console.inputTokens', 'console.outputTokens', 'console.cost']
  return h('section', { class: 'card wide' }, h('h2', null, t('console.costByModel')),
    sums.size === 0 ? h('p', { class: 'muted' }, t('console.noCalls'))
    : h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': t('console.costByModel') }, h('table', null,
      h('thead', null, h('tr', null, h('th', { scope: 'col' }, t('console.model')), heads.map(key => h('th', { scope: 'col', class: 'number' }, t(key))))),
      h('tbody', null, [...sums.values()].sort((a, b) => b.costMicroUsd - a.costMicroUsd).map(cost => h('tr', null,
        h('th', { scope: 'row' }, code(cost.model), h('span', { class: 'hint' }, `${cost.provider}${cost.purpose === 'comparison' ? ` · ${t('console.comparison')}` : ''}`)),
        [cost.calls, cost.inputTokens, cost.outputTokens].map(value => h('td', { class: 'number' }, number(value))), h('td', { class: 'number' }, usd(cost.costMicroUsd))))))))
}
