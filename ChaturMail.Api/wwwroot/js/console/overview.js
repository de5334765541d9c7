// How the queue is now and how the last hour went, asked again every few seconds while somebody looks.

import { h, svg, fill } from '../dom.js'
import { number, t } from '../texts.js'
import { callOne } from '../api.js'
import { button, errorText } from '../ui.js'
import { clock, code, compact, duration, exactClock, failureText } from './pieces.js'
import { plot } from './plot.js'
import { polling } from './polling.js'

/**
 * @typedef {object} Queue
 * @property {number} waiting
 * @property {number} held
 * @property {number} delayed
 * @property {number} dead
 * @property {number} oldestSeconds
 * @property {number} now
 * @property {{ minute: number, accepted: number, done: number, failed: number }[]} minutes
 * @property {{ code: string, count: number }[]} failures
 * @property {{ p50: number | null, p95: number | null }} seconds
 */

const MOST_SAMPLES = 600

// Since the page was opened, the last half hour of looking.
/** @type {Queue[]} */
const samples = []

/** @param {import('../router.js').ViewContext} context */
export default function overview({ signal }) {
  const asOf = h('p', { class: 'muted' }, t('common.loading'))
  const trouble = h('div', { role: 'status' })
  const tiles = h('dl', { class: 'tiles' })
  const failures = h('section', { class: 'card' })
  const draw = plots(signal)
  const show = (/** @type {Queue} */ queue) => {
    samples.push(queue)
    samples.splice(0, samples.length - MOST_SAMPLES)
    fill(asOf, t('console.asOf', { time: exactClock(queue.now) }))
    fill(tiles, tilesOf(queue))
    fill(failures, failuresOf(queue))
    draw.update(queue)
  }
  const last = samples.at(-1)
  const poll = polling(signal, async () => show(await callOne('/admin/getQueue', {}, { signal })), (error, wait) =>
    fill(trouble, error ? h('div', { class: 'notice bad' }, h('p', null, `${errorText(error)} ${t('console.again', { time: duration(wait / 1000) })}`),
      button({ label: t('common.tryAgain'), icon: 'again', onclick: () => poll.now() })) : null))
  const pause = button({ label: t('console.pause'), onclick: () => {
    poll.pause(!poll.paused())
    fill(pause, h('span', null, t(poll.paused() ? 'console.goOn' : 'console.pause')))
  } })
  if (last) {
    samples.pop()
    show(last)
  }
  poll.now()
  return [h('div', { class: 'console-head' }, h('h1', null, t('console.part.overview')), asOf, pause), trouble, tiles, h('div', { class: 'plots' }, draw.elements, failures)]
}

/** @param {Queue} queue */
function tilesOf(queue) {
  const tile = (/** @type {string} */ name, /** @type {import('../dom.js').Child} */ value, /** @type {string} */ hint) =>
    h('div', { class: 'card tile' }, h('dt', null, name), h('dd', null, value, h('span', { class: 'hint' }, hint)))
  return [
    tile(t('console.waiting'), number(queue.waiting), t('console.waitingHint')),
    tile(t('console.held'), number(queue.held), t('console.heldHint')),
    tile(t('console.delayed'), number(queue.delayed), t('console.delayedHint')),
    tile(t('console.dead'), h('a', { href: '#/console/dead' }, number(queue.dead)), t('console.deadHint')),
    tile(t('console.oldest'), queue.waiting > queue.delayed ? duration(queue.oldestSeconds) : '–', t('console.oldestHint')),
    tile(t('console.latency'), queue.seconds.p50 === null ? '–' : duration(queue.seconds.p50),
      t('console.latencyHint', { time: queue.seconds.p95 === null ? '–' : duration(queue.seconds.p95) })),
  ]
}

/** @param {AbortSignal} signal */
function plots(signal) {
  const none = { labels: [], series: [] }
  const counts = { format: number, axis: (/** @type {number} */ value) => compact.format(value), whole: true, axisName: t('console.time') }
  const jobs = plot({ ...counts, title: t('console.jobsAMinute') }, none, signal)
  const depth = plot({ ...counts, title: t('console.depth') }, none, signal)
  const latency = plot({ title: t('console.latencyPlot'), format: duration, axisName: t('console.time') }, none, signal)
  return {
    elements: [jobs, depth, latency],
    update: (/** @type {Queue} */ { minutes }) => {
      jobs.update({ labels: minutes.map(({ minute }) => clock(minute)), series: [
        { name: t('console.accepted'), values: minutes.map(({ accepted }) => accepted) },
        { name: t('console.done'), values: minutes.map(({ done }) => done) },
        { name: t('console.failed'), values: minutes.map(({ failed }) => failed) },
      ] })
      const labels = samples.map(({ now }) => exactClock(now)), ticks = samples.map(({ now }) => clock(now))
      depth.update({ labels, ticks, series: [
        { name: t('console.waiting'), values: samples.map(({ waiting }) => waiting) },
        { name: t('console.held'), values: samples.map(({ held }) => held) },
        { name: t('console.dead'), values: samples.map(({ dead }) => dead) },
      ] })
      latency.update({ labels, ticks, series: [
        { name: t('console.p50'), values: samples.map(({ seconds }) => seconds.p50) }, { name: t('console.p95'), values: samples.map(({ seconds }) => seconds.p95) },
      ] })
    },
  }
}

/** @param {Queue} queue */
function failuresOf({ failures }) {
  const all = failures.reduce((sum, { count }) => sum + count, 0)
  return [h('h2', null, t('console.failures')), failures.length ? h('table', null,
    h('thead', null, h('tr', null, h('th', { scope: 'col' }, t('console.reason')), h('th', { scope: 'col', class: 'number' }, t('console.emails')))),
    h('tbody', null, failures.map(failure => h('tr', null,
      h('th', { scope: 'row' }, failureText(failure.code), ' ', failureText(failure.code) === failure.code ? null : code(failure.code),
        svg('svg', { class: 'share', 'aria-hidden': 'true', width: '100%', height: 6 },
          svg('rect', { width: `${100 * failure.count / all}%`, height: 6, class: 'plot-mark full c2' }))),
      h('td', { class: 'number' }, number(failure.count))))),
  ) : h('p', { class: 'muted' }, t('console.noFailures'))]
}
