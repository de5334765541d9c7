// The templates as a grid of cards, or as a list beside the form.

import { h, fill } from '../dom.js'
import { currentSession, keep, kept, sessionEvents } from '../session.js'
import { t } from '../texts.js'
import { field } from '../ui.js'
import { hasDraft } from './request.js'
import { descriptionOf, found, iconOf, isOwn, titleOf } from './templates.js'

/** @typedef {import('./templates.js').Prompt} Prompt */

// Stays while its user is signed in: who comes back from a form finds the gallery as it was.
let search = ''
sessionEvents.addEventListener('change', () => { if (!currentSession()) search = '' })

/**
 * @param {{ prompts: Prompt[], current?: string, beside?: boolean, signal: AbortSignal }} what `current` is the id of the one that is chosen.
 * @returns {HTMLElement & { draw(prompts: Prompt[]): void }}
 */
export function gallery({ prompts, current, beside = false, signal }) {
  const list = h('ul', { class: beside ? 'templates beside' : 'templates' })
  const status = h('p', { class: 'unseen', role: 'status' })
  const none = h('p', { class: 'muted', hidden: true }, t('write.none'))
  const input = h('input', { type: 'search', value: search, autocomplete: 'off', spellcheck: 'false', enterkeyhint: 'search', 'aria-keyshortcuts': '/' })
  const links = () => /** @type {HTMLAnchorElement[]} */ ([...list.querySelectorAll('a')])
  const draw = () => {
    const hits = found(prompts, search)
    fill(list, hits.map(prompt => card(prompt, current, beside)))
    none.hidden = hits.length > 0
    return hits
  }
  input.addEventListener('input', () => {
    search = input.value
    const hits = draw()
    status.textContent = t('write.found', { count: hits.length })
  })
  input.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.key === 'Enter' && search.trim()) links()[0]?.click()
    else if (event.key === 'ArrowDown') { event.preventDefault(); links()[0]?.focus() }
  })
  list.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => arrows(event, links(), input))
  document.addEventListener('keydown', event => typedAnywhere(event, input, beside), { signal })
  draw()
  const element = h('div', { class: 'gallery' }, field({ label: t('write.search'), control: input }), status, list, none, beside ? null : shortcuts())
  element.draw = (/** @type {Prompt[]} */ now) => { prompts = now; draw() }
  return element
}

/** @param {Prompt} prompt @param {string | undefined} current @param {boolean} beside */
function card(prompt, current, beside) {
  const id = `template-${beside ? 'beside-' : ''}${prompt.id}`
  const cost = t('write.coins', { count: prompt.maxTokens })
  return h('li', { class: beside ? null : 'card' },
    h('img', { class: 'template-icon', src: iconOf(prompt), alt: '', width: 24, height: 24, loading: 'lazy' }),
    h('div', null,
      h('a', {
        href: `#/write/${encodeURIComponent(prompt.id)}`, 'aria-current': prompt.id === current ? 'true' : null, 'aria-describedby': id, data: { prompt: prompt.id },
      }, titleOf(prompt)),
      h('p', { id, class: 'muted' }, beside ? h('span', { class: 'unseen' }, descriptionOf(prompt)) : descriptionOf(prompt),
        h('span', { class: 'marks' }, h('span', { class: 'cost' }, cost), prompt.party ? h('span', { class: 'badge' }, prompt.party.name) : isOwn(prompt) ? h('span', { class: 'badge' }, t('write.yours')) : null,
          hasDraft(prompt.id) ? h('span', { class: 'badge draft' }, t('write.draft')) : null))))
}

/** Goes through the cards as they lie. @param {KeyboardEvent} event @param {HTMLAnchorElement[]} links @param {HTMLInputElement} input */
function arrows(event, links, input) {
  const at = links.indexOf(/** @type {any} */ (document.activeElement))
  const row = links.filter(link => link.closest('li')?.offsetTop === links[0].closest('li')?.offsetTop).length
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -row, ArrowDown: row }[event.key]
  if (at < 0 || step === undefined || event.ctrlKey || event.altKey || event.metaKey) return
  event.preventDefault()
  if (at + step < 0 && event.key === 'ArrowUp') input.focus()
  else links[Math.max(0, Math.min(links.length - 1, at + step))].focus()
}

/** A letter that is typed beside all fields begins a search; so does a slash. @param {KeyboardEvent} event @param {HTMLInputElement} input @param {boolean} slashOnly */
function typedAnywhere(event, input, slashOnly) {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.key.length !== 1 || event.key === ' ') return
  const at = /** @type {HTMLElement} */ (event.target)
  if (at.closest('input, textarea, select, [contenteditable], dialog, [popover]') || document.querySelector('dialog[open], :popover-open') || !kept('shortcuts', true)) return
  if (event.key !== '/' && slashOnly || !input.offsetParent) return
  input.focus()
  input.select()
  // The letter itself gets into the field that has the focus now.
  if (event.key === '/') event.preventDefault()
}

/** Shortcuts of one letter can be turned off (WCAG 2.1.4). */
function shortcuts() {
  const on = h('input', { type: 'checkbox', checked: kept('shortcuts', true), onchange: () => keep('shortcuts', on.checked ? null : false) })
  return h('details', { class: 'shortcuts' }, h('summary', null, t('write.keyboard')),
    h('dl', null, [['/', 'write.keySearch'], ['A … Z', 'write.keyType'], ['← ↑ → ↓', 'write.keyArrows'], ['Ctrl + Enter', 'write.keySend'], ['Esc', 'write.keyStop']]
      .map(([key, text]) => h('div', null, h('dt', null, h('kbd', null, key)), h('dd', null, t(text))))),
    h('label', { class: 'check' }, on, t('write.shortcuts')))
}
