// How much people do together, and how far its events have come, asked again every few seconds while somebody looks.

import { h, fill } from '../dom.js'
import { number, t } from '../texts.js'
import { callOne } from '../api.js'
import { button, errorText } from '../ui.js'
import { clock, compact, duration, exactClock } from './pieces.js'
import { plot } from './plot.js'
import { polling } from './polling.js'

/** @typedef {{ group: string, waiting: number, held: number, oldestSeconds: number }} Group */
/** @typedef {Record<'parties' | 'topics' | 'conversations' | 'schedules' | 'activeSchedules' | 'outbox' | 'events' | 'dead', number>
 *   & { connected: number | null, groups: Group[] }} Load */

const MOST_SAMPLES = 600

// Since the page was opened, the last half hour of looking.
/** @type {{ on: number, load: Load }[]} */
const samples = []

/** @param {import('../router.js').ViewContext} context */
export default function workspaces({ signal }) {
  const asOf = h('p', { class: 'muted' }, t('common.loading')), trouble = h('div', { role: 'status' })
  const tiles = h('dl', { class: 'tiles' }), groups = h('section', { class: 'card' })
  const lag = plot({ title: t('console.eventLag'), format: number, axis: value => compact.format(value), whole: true, axisName: t('console.time') }, { labels: [], series: [] }, signal)
  const show = (/** @type {Load} */ load) => {
    const on = Math.floor(Date.now() / 1000)
    samples.push({ on, load })
    samples.splice(0, samples.length - MOST_SAMPLES)
    fill(asOf, t('console.asOf', { time: exactClock(on) }))
    fill(tiles, tilesOf(load))
    fill(groups, groupsOf(load.groups))
    lag.update({ labels: samples.map(one => exactClock(one.on)), ticks: samples.map(one => clock(one.on)), series: [
      { name: t('console.load.outbox'), values: samples.map(one => one.load.outbox) },
      ...load.groups.map(({ group }) => ({ name: group, values: samples.map(one => one.load.groups.find(other => other.group === group)?.waiting ?? null) })),
    ] })
  }
  const poll = polling(signal, async () => show(await callOne('/admin/getWorkspaceLoad', {}, { signal })), (error, wait) =>
    fill(trouble, error ? h('div', { class: 'notice bad' }, h('p', null, `${errorText(error)} ${t('console.again', { time: duration(wait / 1000) })}`),
      button({ label: t('common.tryAgain'), icon: 'again', onclick: () => poll.now() })) : null))
  poll.now()
  return [h('div', { class: 'console-head' }, h('h1', null, t('console.part.workspaces')), asOf), trouble, tiles, h('div', { class: 'plots' }, lag, groups)]
}

const COUNTS = /** @type {const} */ (['connected', 'parties', 'topics', 'conversations', 'schedules', 'activeSchedules', 'outbox', 'events', 'dead'])

/** @param {number | null} value */
const known = value => value === null ? '–' : number(value)

// texts: console.load.*
/** @param {Load} load */
const tilesOf = load => COUNTS.map(name => h('div', { class: 'card tile' },
  h('dt', null, t(`console.load.${name}`)), h('dd', null, known(load[name]), h('span', { class: 'hint' }, t(`console.load.${name}.hint`)))))

/** @param {Group[]} groups */
const groupsOf = groups => [h('h2', null, t('console.readers')), groups.length ? tableOf(groups) : h('p', { class: 'muted' }, t('console.noReaders'))]

/** @param {Group[]} groups */
const tableOf = groups => h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': t('console.readers') }, h('table', null,
  h('thead', null, h('tr', null, h('th', { scope: 'col' }, t('console.reader')),
    [t('console.waiting'), t('console.held'), t('console.oldest')].map(name => h('th', { scope: 'col', class: 'number' }, name)))),
  h('tbody', null, groups.map(({ group, waiting, held, oldestSeconds }) => h('tr', null, h('th', { scope: 'row' }, group),
    [number(waiting), number(held), waiting ? duration(oldestSeconds) : '–'].map(value => h('td', { class: 'number' }, value)))))))
