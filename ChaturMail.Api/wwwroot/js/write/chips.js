// Keywords as chips: each is a button that takes it away, beside a field for the next.

import { h, fill } from '../dom.js'
import { t } from '../texts.js'
import { field, icon } from '../ui.js'

const SEPARATORS = '\n、،，'

/**
 * The keywords in a text, as the server reads them: commas of several scripts and line ends separate, but a comma between two digits belongs to a number: 1,250 EUR.
 * @param {string} text
 * @param {boolean} [typing] More may follow: a comma behind a digit at the end is left, for it may become a number's. What follows the last separator is `rest`.
 * @returns {{ keywords: string[], rest: string }}
 */
export function split(text, typing = false) {
  const parts = []
  let start = 0
  for (let i = 0; i < text.length; i++) {
    const [before, after] = [text[i - 1] ?? '', text[i + 1] ?? '']
    const ofNumber = isDigit(before) && (isDigit(after) || typing && after === '')
    if (!SEPARATORS.includes(text[i]) && !(text[i] === ',' && !ofNumber)) continue
    parts.push(text.slice(start, i))
    start = i + 1
  }
  const rest = text.slice(start)
  return { keywords: (typing ? parts : [...parts, rest]).map(part => part.trim()).filter(Boolean), rest: typing ? rest.trimStart() : '' }
}

/** @param {string} sign */
const isDigit = sign => sign >= '0' && sign <= '9' && sign.length === 1

/**
 * The field. `keywords` and `typing` are what is in it; `commit` makes a keyword of what is typed.
 * @param {{ label: string, hint: string, keywords: string[], typing: string, onchange: () => void }} what
 * @returns {{ element: any, keywords: () => string[], typing: () => string, commit: () => void, set: (keywords: string[], typing?: string) => void }}
 */
export function chips({ label, hint, keywords, typing, onchange }) {
  const list = h('ul', { class: 'chip-list', 'aria-label': t('write.keywordsChosen') })
  const input = h('input', { type: 'text', value: typing, autocomplete: 'off', enterkeyhint: 'enter', 'aria-required': 'true' })
  const said = h('span', { class: 'unseen', 'aria-live': 'polite' })
  const element = /** @type {any} */ (field({ label, control: input, hint }))
  const box = h('div', { class: 'chips' })
  input.replaceWith(box)
  box.append(list, input, said)
  // The whole box is the field, for a pointer.
  box.addEventListener('pointerdown', (/** @type {Event} */ event) => { if (event.target === box || event.target === list) { event.preventDefault(); input.focus() } })

  const buttons = () => /** @type {HTMLButtonElement[]} */ ([...list.querySelectorAll('button')])
  const draw = () => {
    fill(list, keywords.map((keyword, at) => h('li', null, h('button', {
      type: 'button', class: 'chip', tabindex: at === keywords.length - 1 ? 0 : -1, 'aria-label': t('write.removeKeyword', { keyword }), onclick: () => remove(at),
    }, h('span', null, keyword), icon('close')))))
    list.hidden = !keywords.length
  }
  const changed = (/** @type {string} */ text) => { draw(); element.fail(''); said.textContent = text; onchange() }
  const add = (/** @type {string[]} */ more) => {
    const fresh = more.filter((keyword, at) => !keywords.includes(keyword) && more.indexOf(keyword) === at)
    keywords = [...keywords, ...fresh]
    if (more.length) changed(t('write.keywordsAdded', { count: keywords.length, keyword: more.join(', ') }))
  }
  const remove = (/** @type {number} */ at) => {
    const [gone] = keywords.splice(at, 1)
    changed(t('write.keywordRemoved', { keyword: gone }))
    focus(Math.min(at, keywords.length - 1))
  }
  const focus = (/** @type {number} */ at) => {
    const all = buttons()
    if (at < 0 || at >= all.length) return input.focus()
    all.forEach((button, i) => { button.tabIndex = i === at ? 0 : -1 })
    all[at].focus()
  }
  const take = (/** @type {boolean} */ more) => {
    const { keywords: read, rest } = split(input.value, more)
    if (read.length || !more) input.value = rest
    add(read)
  }

  input.addEventListener('input', (/** @type {InputEvent} */ event) => { if (!event.isComposing) take(true); onchange() })
  input.addEventListener('compositionend', () => { take(true); onchange() })
  input.addEventListener('paste', (/** @type {ClipboardEvent} */ event) => {
    const pasted = event.clipboardData?.getData('text/plain') ?? ''
    // A field of one line would join the lines of a list.
    if (!/[\n\t]/.test(pasted)) return
    event.preventDefault()
    const lines = pasted.split(/[\r\n\t]+/).map(line => line.replace(/^\s*(?:[-*•‣–]|\d+[.)])\s+/, ''))
    input.setRangeText(lines.join('、'), input.selectionStart, input.selectionEnd, 'end')
    take(false)
    onchange()
  })
  input.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
    const atStart = input.selectionStart === 0 && input.selectionEnd === 0
    if (event.key === 'Enter') { event.preventDefault(); take(false); onchange() }
    else if (event.key === 'ArrowLeft' && atStart) focus(keywords.length - 1)
    else if (event.key === 'Backspace' && !input.value && keywords.length) {
      event.preventDefault()
      input.value = keywords.pop()
      changed(t('write.keywordEdited', { keyword: input.value }))
    }
  })
  list.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    const at = buttons().indexOf(/** @type {any} */ (document.activeElement))
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return
    const to = { ArrowLeft: Math.max(0, at - 1), ArrowRight: at + 1, Home: 0, End: keywords.length }[event.key]
    if (to !== undefined) { event.preventDefault(); focus(to) }
    else if (event.key === 'Delete' || event.key === 'Backspace') { event.preventDefault(); remove(at) }
  })
  draw()
  return {
    element, keywords: () => [...keywords], typing: () => input.value, commit: () => take(false),
    set: (now, rest = '') => { keywords = [...now]; input.value = rest; draw() },
  }
}
