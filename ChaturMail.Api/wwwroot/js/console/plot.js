// A small plot: lines, or bars that stand on each other. Every series has a dash or a pattern of its own beside its colour, and the figures stand under it as a table.

import { h, svg, fill } from '../dom.js'
import { t } from '../texts.js'

/** @typedef {{ name: string, values: (number | null)[] }} Series A null is a gap. */

/** @typedef {{ labels: string[], ticks?: string[], series: Series[] }} PlotData `labels` are read out and stand in the table, `ticks` are the same for the axis, shorter. */

/**
 * @typedef {object} PlotOptions
 * @property {string} title
 * @property {'line' | 'bars'} [kind]
 * @property {(value: number) => string} format A value, exact.
 * @property {(value: number) => string} [axis] A value on the axis.
 * @property {boolean} [whole] There are whole numbers only, so no tick lies between two.
 * @property {number} [unit] What the axis goes to where all are nought; 1 unless told.
 * @property {string} axisName What the places on the axis are: the head of the table's first column.
 */

const HEIGHT = 220, TOP = 12, BOTTOM = 28, RIGHT = 12, STYLES = 6
const DASHES = ['', '7 4', '2 3', '12 4 2 4', '14 5', '5 2 1 2']
// For bars, 8 by 8: full, then lines and dots.
const PATTERNS = ['M0 0h8v8h-8z', 'M-2 2l4-4M0 8l8-8M6 10l4-4', 'M2 2h.1M6 6h.1', 'M0 2h8M0 6h8', 'M0 0l8 8M0 8l8-8', 'M2 0v8M6 0v8']

let plots = 0

/**
 * A plot as wide as its place. `update` gives it other figures.
 * @param {PlotOptions} options
 * @param {PlotData} data
 * @param {AbortSignal} signal Ends its listening to the size of its place.
 * @returns {HTMLElement & { update(data: PlotData): void }}
 */
export function plot(options, data, signal) {
  const id = `plot-${++plots}`
  const picture = svg('svg', { role: 'img', height: HEIGHT, focusable: 'false' })
  const reading = h('p', { class: 'plot-reading' })
  const range = h('input', { type: 'range', class: 'plot-range', min: 0, step: 1, 'aria-label': t('console.plot.read', { title: options.title }) })
  const legend = h('ul', { class: 'plot-legend' })
  const table = h('div', { class: 'scroll plot-table', tabindex: 0, role: 'region', 'aria-label': options.title })
  const figures = h('details', null, h('summary', null, t('console.plot.table')), table)
  const area = h('div', { class: 'plot-area' }, picture, range)
  /** @type {any} */
  const element = h('figure', { class: 'plot card' }, h('figcaption', null, h('h2', null, options.title)), legend, reading, area, figures)
  let at = /** @type {number | null} */ (null) // Where the reader is; null for the end.
  let width = 0
  /** @type {Scales | undefined} */
  let scales

  const draw = () => {
    if (!width) return
    const now = scales = measure(options, data, width)
    picture.setAttribute('width', String(width))
    fill(picture, options.kind === 'bars' ? patterns(id) : null, axes(options, data, now), data.series.map((series, index) =>
      options.kind === 'bars' ? bars(id, data, index, now) : line(series, index, now)), svg('line', { class: 'plot-cursor', y1: TOP, y2: HEIGHT - BOTTOM }))
    read()
  }
  const read = () => {
    const last = data.labels.length - 1, place = Math.min(at ?? last, last)
    const text = place < 0 || !data.series.length ? t('console.plot.none')
      : [data.labels[place], ...data.series.map(({ name, values }) => `${name} ${said(options, values[place])}`)].join(' · ')
    fill(reading, text)
    range.max = Math.max(last, 0)
    range.value = Math.max(place, 0)
    range.disabled = last < 1
    range.setAttribute('aria-valuetext', text)
    const cursor = picture.querySelector('.plot-cursor')
    cursor?.setAttribute('visibility', at === null || last < 0 ? 'hidden' : 'visible')
    if (scales && last >= 0) for (const end of ['x1', 'x2']) cursor?.setAttribute(end, String(scales.x(place)))
  }
  const tabulate = () => {
    const seen = table.scrollTop
    if (figures.open) fill(table, tableOf(options, data))
    table.scrollTop = seen
  }
  const move = (/** @type {number | null} */ to) => { at = to; read() }
  const point = (/** @type {PointerEvent} */ event) => { if (scales) move(scales.nearest(event.clientX - picture.getBoundingClientRect().left)) }
  range.addEventListener('input', () => move(Number(range.value)))
  range.addEventListener('blur', () => move(null))
  area.addEventListener('pointermove', point)
  area.addEventListener('pointerdown', point)
  area.addEventListener('pointerleave', (/** @type {PointerEvent} */ event) => { if (event.pointerType === 'mouse') move(null) })
  figures.addEventListener('toggle', tabulate)
  const watch = new ResizeObserver(([entry]) => {
    const now = Math.floor(entry.contentRect.width)
    if (now !== width) { width = now; draw() }
  })
  watch.observe(area)
  signal.addEventListener('abort', () => watch.disconnect())
  element.update = (/** @type {PlotData} */ to) => {
    data = to
    fill(legend, data.series.length > 1 ? data.series.map(({ name }, index) => h('li', null, swatch(id, options.kind, index), name)) : null)
    picture.setAttribute('aria-label', summary(options, data))
    draw()
    read()
    tabulate()
  }
  element.update(data)
  return element
}

/** @param {PlotOptions} options @param {number | null | undefined} value */
const said = (options, value) => value === null || value === undefined ? '–' : options.format(value)

/** In a sentence: what is shown, from when to when, and each series' last and highest value. @param {PlotOptions} options @param {PlotData} data */
function summary(options, data) {
  const { labels } = data
  if (!labels.length || !data.series.length) return `${options.title}: ${t('console.plot.none')}`
  return [t('console.plot.span', { title: options.title, from: labels[0], to: labels[labels.length - 1] }), ...data.series.map(({ name, values }) =>
    t('console.plot.series', { name, last: said(options, values.at(-1)), most: said(options, highest(values)) }))].join(' ')
}

/** @type {(values: (number | null)[]) => number | null} */
const highest = values => values.reduce((most, value) => value !== null && (most === null || value > most) ? value : most, /** @type {number | null} */ (null))

/**
 * @typedef {{ left: number, right: number, step: number, ticks: number[], x(place: number): number, y(value: number): number, nearest(x: number): number | null }} Scales
 * `step` is between two places; `ticks` are the values with a line.
 */

/** @param {PlotOptions} options @param {PlotData} data @param {number} width @returns {Scales} */
function measure(options, data, width) {
  const { labels, series } = data
  const tops = options.kind === 'bars' ? labels.map((_, place) => series.reduce((sum, { values }) => sum + (values[place] ?? 0), 0)) : series.flatMap(({ values }) => values)
  const ticks = ticksUpTo(highest(tops) ?? 0, options.whole, options.unit)
  const names = ticks.map(options.axis ?? options.format)
  const left = Math.ceil(Math.max(...names.map(name => name.length)) * 7.5) + 10, right = width - RIGHT, bottom = HEIGHT - BOTTOM
  // Bars stand in the middle of their places, lines begin and end at the edges.
  const count = labels.length, bar = options.kind === 'bars'
  const step = (right - left) / Math.max(1, bar ? count : count - 1), most = ticks[ticks.length - 1]
  const x = (/** @type {number} */ place) => left + (bar ? (place + 0.5) * step : count === 1 ? (right - left) / 2 : place * step)
  return {
    left, right, step, x, ticks, y: value => bottom - (bottom - TOP) * value / most,
    nearest: at => count ? Math.min(count - 1, Math.max(0, Math.round(count === 1 ? 0 : (at - x(0)) / step))) : null,
  }
}

/** Values from 0 to the highest or beyond, in steps of 1, 2 or 5 times a power of ten. @param {number} most @param {boolean} [whole] @param {number} [unit] */
function ticksUpTo(most, whole, unit = 1) {
  if (!(most > 0)) return [0, unit]
  const power = 10 ** Math.floor(Math.log10(most / 4))
  let step = [1, 2, 5, 10].map(times => times * power).find(size => most / size <= 4) ?? 10 * power
  if (whole) step = Math.max(1, step)
  // Multiplied, not added up: 0.1 three times is not 0.3.
  return Array.from({ length: Math.ceil(most / step - 1e-9) + 1 }, (_, index) => Number((index * step).toPrecision(12)))
}

/** @param {PlotOptions} options @param {PlotData} data @param {Scales} scales */
function axes(options, data, { left, right, x, y, ticks }) {
  const texts = data.ticks ?? data.labels
  // The last text of lines ends at its place, so the one before has to be half a text further away.
  const longest = Math.max(0, ...texts.map(text => text.length)) * (options.kind === 'bars' ? 7 : 10.5)
  const every = Math.max(1, Math.ceil(texts.length * (longest + 12) / (right - left)))
  return [
    ticks.map(value => svg('line', { class: value ? 'plot-grid' : 'plot-axis', x1: left, x2: right, y1: Math.round(y(value)) + 0.5, y2: Math.round(y(value)) + 0.5 })),
    ticks.map(value => svg('text', { x: left - 6, y: y(value) + 4, 'text-anchor': 'end' }, (options.axis ?? options.format)(value))),
    // Counted from the end: the newest is always named.
    texts.map((text, place) => (texts.length - 1 - place) % every ? null : svg('text', {
      x: x(place), y: HEIGHT - 8, 'text-anchor': options.kind === 'bars' || texts.length === 1 ? 'middle'
        : place === 0 ? 'start' : place === texts.length - 1 ? 'end' : 'middle' }, text)),
  ]
}

/** @param {Series} series @param {number} index @param {Scales} scales */
function line({ values }, index, { x, y }) {
  const at = (/** @type {number} */ place) => `${x(place).toFixed(1)} ${y(values[place] ?? 0).toFixed(1)}`
  const path = values.map((value, place) => value === null ? '' : `${place && values[place - 1] !== null ? 'L' : 'M'}${at(place)}`).join('')
  // A value without neighbours is a dot.
  const lonely = values.flatMap((value, place) => value !== null && (values[place - 1] ?? null) === null && (values[place + 1] ?? null) === null
    ? [svg('circle', { cx: x(place), cy: y(value), r: 4, class: `plot-dot c${index % STYLES}` })] : [])
  return [svg('path', { d: path, class: `plot-line c${index % STYLES}`, 'stroke-dasharray': DASHES[index % STYLES] || null }), ...lonely]
}

/** @param {string} id @param {PlotData} data @param {number} index @param {Scales} scales */
function bars(id, { series }, index, { x, y, step }) {
  const wide = Math.max(2, Math.min(48, Math.round(step * 0.7)))
  return series[index].values.map((value, place) => {
    if (!value) return null
    const below = series.slice(0, index).reduce((sum, { values }) => sum + (values[place] ?? 0), 0)
    const foot = Math.round(y(below)), head = Math.min(foot - 1, Math.round(y(below + value)))
    return svg('rect', { x: Math.round(x(place) - wide / 2) + 0.5, y: head + 0.5, width: wide, height: foot - head,
      class: `plot-bar c${index % STYLES}`, fill: `url(#${id}-${index % STYLES})` })
  })
}

/** @param {string} id */
const patterns = id => svg('defs', null, PATTERNS.map((d, index) => svg('pattern', { id: `${id}-${index}`, width: 8, height: 8, patternUnits: 'userSpaceOnUse' },
  svg('rect', { width: 8, height: 8, class: 'plot-ground' }), svg('path', { d, class: `plot-mark c${index}${index ? '' : ' full'}` }))))

/** @param {string} id @param {'line' | 'bars' | undefined} kind @param {number} index */
const swatch = (id, kind, index) => svg('svg', { class: 'plot-swatch', width: 32, height: 14, 'aria-hidden': 'true' }, kind === 'bars'
  ? svg('rect', { x: 0.5, y: 0.5, width: 31, height: 13, class: `plot-bar c${index % STYLES}`, fill: `url(#${id}-${index % STYLES})` })
  : svg('path', { d: 'M0 7h32', class: `plot-line c${index % STYLES}`, 'stroke-dasharray': DASHES[index % STYLES] || null }))

/** @param {PlotOptions} options @param {PlotData} data */
const tableOf = (options, { labels, series }) => h('table', null,
  h('thead', null, h('tr', null, h('th', { scope: 'col' }, options.axisName), series.map(({ name }) => h('th', { scope: 'col', class: 'number' }, name)))),
  h('tbody', null, labels.map((label, place) => h('tr', null, h('th', { scope: 'row' }, label),
    series.map(({ values }) => h('td', { class: 'number' }, said(options, values[place])))))))
