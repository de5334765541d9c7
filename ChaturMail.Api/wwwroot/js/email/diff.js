// What changed between two texts, word by word, and how that is shown.

import { h, fill } from '../dom.js'
import { t } from '../texts.js'

/** @typedef {import('./email.js').DiffPart} DiffPart */

/** The most words, marks and blanks of both texts together, less what they have in common at either end, that are compared one by one, as in the API: time grows with the square. */
const MOST_PIECES = 1500

// Words, runs of blanks, every other character by itself, so that a comma is no change of its word. Where words are written without blanks between them, each character is one.
const PIECES = /\s+|(?:(?![\u0E01-\u0EDF\u1000-\u109F\u1780-\u17DD\u3041-\u30FF\u3400-\u9FFF])[\p{L}\p{Nd}\p{M}\p{Cf}])+|./gsu

/**
 * The stretches in order, neighbours of different kinds, none empty. Those that are equal or deleted make `before`, those that are equal or inserted make `after`.
 * @param {string} before
 * @param {string} after
 * @returns {DiffPart[]}
 */
export function words(before, after) {
  const a = before.match(PIECES) ?? [], b = after.match(PIECES) ?? []
  const most = Math.min(a.length, b.length)
  let start = 0, end = 0
  while (start < most && a[start] === b[start]) start++
  while (end < most - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  const x = a.slice(start, a.length - end), y = b.slice(start, b.length - end)
  const middle = x.length + y.length > MOST_PIECES
    ? [part('delete', x.join('')), part('insert', y.join(''))] : common(x, y)
  return readable([part('equal', a.slice(0, start).join('')), ...middle, part('equal', a.slice(a.length - end).join(''))])
}

/** @param {DiffPart['op']} op @param {string} text @returns {DiffPart} */
const part = (op, text) => ({ op, text })

/** Along a longest common subsequence (Wagner and Fischer, 1974). @param {string[]} x @param {string[]} y */
function common(x, y) {
  const width = y.length + 1
  // How long the longest is of what stands from i on in the one and from j on in the other.
  const longest = new Uint16Array((x.length + 1) * width)
  for (let i = x.length - 1; i >= 0; i--) {
    for (let j = y.length - 1; j >= 0; j--) {
      longest[i * width + j] = x[i] === y[j] ? longest[(i + 1) * width + j + 1] + 1 : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1])
    }
  }
  const parts = []
  let i = 0, j = 0
  while (i < x.length || j < y.length) {
    if (i < x.length && j < y.length && x[i] === y[j]) {
      parts.push(part('equal', x[i++]))
      j++
    } else if (j >= y.length || i < x.length && longest[(i + 1) * width + j] >= longest[i * width + j + 1]) parts.push(part('delete', x[i++]))
    else parts.push(part('insert', y[j++]))
  }
  return parts
}

/**
 * Puts neighbours together, and what differs on both sides of a mere blank: three words that were replaced are one change, not three.
 * @param {DiffPart[]} parts
 * @returns {DiffPart[]}
 */
function readable(parts) {
  /** @type {DiffPart[]} */
  const result = []
  let equal = '', gone = '', come = ''
  const change = () => {
    if (gone) result.push(part('delete', gone))
    if (come) result.push(part('insert', come))
    gone = come = ''
  }
  for (const { op, text } of parts) {
    if (!text) continue
    if (op === 'equal') {
      equal += text
      continue
    }
    if (equal) {
      if (gone && come && /^[ \t\u00A0]+$/.test(equal)) {
        gone += equal
        come += equal
      } else {
        change()
        result.push(part('equal', equal))
      }
      equal = ''
    }
    if (op === 'delete') gone += text
    else come += text
  }
  change()
  if (equal) result.push(part('equal', equal))
  return result
}

/** How many words a text has. @param {string} text */
const count = text => text.match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}'’-]*/gu)?.length ?? 0

/**
 * Two texts with their differences marked: in one text, or side by side where the window is wide. By colour, by line (through or below), and in words for screen readers.
 * @param {{ label: string, text: string }} before
 * @param {{ label: string, text: string }} after
 * @param {{ parts?: DiffPart[], aside?: boolean, onaside?: (aside: boolean) => void, lang?: string }} [options] `parts` where they are known already; `aside` shows the
 * texts side by side at first.
 * @returns {HTMLElement}
 */
export function comparison(before, after, { parts: known, aside = false, onaside, lang } = {}) {
  const parts = known ? readable(known) : words(before.text, after.text)
  if (parts.every(({ op }) => op === 'equal')) return h('p', { class: 'muted' }, t('email.noDifference'))
  const of = (/** @type {DiffPart['op']} */ op) => parts.reduce((sum, one) => sum + (one.op === op ? count(one.text) : 0), 0)
  const texts = h('div', { class: 'diff' })
  const choice = (/** @type {boolean} */ wanted) => h('button', { type: 'button', class: 'button quiet', onclick: () => { aside = wanted; draw(); onaside?.(aside) } }, t(wanted ? 'email.sideBySide' : 'email.inline'))
  const choices = [choice(false), choice(true)]
  const draw = () => {
    choices.forEach((element, i) => element.setAttribute('aria-pressed', String((i === 1) === aside)))
    texts.classList.toggle('aside', aside)
    fill(texts, aside
      ? [side(before.label, 'insert'), side(after.label, 'delete')]
      : h('div', { class: 'email-text', lang }, parts.map(marked)))
  }
  const side = (/** @type {string} */ label, /** @type {DiffPart['op']} */ without) => h('div', null, h('p', { class: 'diff-label' }, label),
    h('div', { class: 'email-text', lang }, parts.filter(({ op }) => op !== without).map(marked)))
  draw()
  return h('div', { class: 'comparison' },
    h('div', { class: 'comparison-head' }, h('p', { class: 'muted' }, t('email.inserted', { count: of('insert') }), ' · ', t('email.deleted', { count: of('delete') })),
      h('div', { class: 'buttons wide-only', role: 'group', 'aria-label': t('email.view') }, choices)), texts)
}

/** @param {DiffPart} one */
function marked({ op, text }) {
  if (op === 'equal') return text
  // texts: email.mark.*
  return h(op === 'insert' ? 'ins' : 'del', null, h('span', { class: 'unseen' }, ` [${t(`email.mark.${op}`)}: `), text, h('span', { class: 'unseen' }, '] '))
}
