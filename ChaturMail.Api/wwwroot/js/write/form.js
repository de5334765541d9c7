// The form of one template: subject, keywords, recipient, what the user's own prompt asks for, and options folded away.

import { fill, h } from '../dom.js'
import { account, accountEvents } from '../shell.js'
import { t } from '../texts.js'
import { button, errorText, field, icon, toast } from '../ui.js'
import { chips } from './chips.js'
import { fresh, isFresh, keepDraft, languageNames, LENGTHS, OPTIONS, problems, rememberSender, requestOf, TONES } from './request.js'

/** @typedef {import('./request.js').Values} Values */

/**
 * @param {{ prompt: import('./templates.js').Prompt, placeholders: string[], models: { name: string, model: string }[], values: Values, signal: AbortSignal,
 *   onsend: (request: any) => void }} what
 * @returns {HTMLElement & { fail(error: unknown): void }} `fail` tells what the server refused, at its field where it names one.
 */
export function form({ prompt, placeholders, models, values, signal, onsend }) {
  const draftNote = h('p', { class: 'draft-note muted', role: 'status' })
  // What the server refused stays when the account is read again.
  const said = h('div', { class: 'said' }), poor = h('div', { class: 'said' })
  const controls = makeFields({ placeholders, models, values, changed })
  const options = h('details', { class: 'options', open: OPTIONS.some(name => values.options[name] && values.options[name] !== fresh().options[name]) },
    h('summary', null, t('write.options'), h('span', { class: 'muted' }, t('write.optionsWhat'))),
    h('div', { class: 'columns' }, OPTIONS.map(name => controls.fields.get(name))))
  const sendButton = button({ label: '', icon: 'write', kind: 'primary', 'aria-keyshortcuts': 'Control+Enter', onclick: send })
  const emptyButton = button({ label: t('write.empty'), icon: 'delete', kind: 'quiet', onclick: empty })
  const element = h('form', { class: 'card write-form', 'aria-label': t('write.form'), novalidate: true, onsubmit: (/** @type {Event} */ event) => event.preventDefault() },
    said, poor, ['subject', 'keywords', 'toEmail', ...placeholders.map(name => `placeholders.${name}`)].map(name => controls.fields.get(name)), options,
    h('div', { class: 'buttons send' }, sendButton, emptyButton), draftNote)

  function read() {
    controls.read(values)
    return values
  }
  function changed() {
    const isKept = keepDraft(prompt.id, read())
    draw(isKept)
  }
  const cost = () => prompt.maxTokens * Number(values.options.variants || 1)
  function draw(isKept = true) {
    const what = { number: values.options.variants, coins: t('write.coins', { count: cost() }) }
    const label = !navigator.onLine ? t('write.sendOffline') : t(values.options.variants > '1' ? 'write.sendVariants' : 'write.send', what)
    fill(/** @type {HTMLElement} */ (sendButton.querySelector('span')), label)
    const untouched = isFresh(values)
    emptyButton.hidden = untouched
    const note = untouched ? '' : t(isKept ? 'write.kept' : 'write.notKept')
    if (draftNote.textContent !== note) fill(draftNote, note && isKept ? icon('check') : null, note)
  }
  function tooPoor() {
    const short = account && account.availableTokens < cost()
    fill(poor, short ? h('div', { class: 'notice bad', role: 'alert', tabindex: '-1' }, icon('warning'),
      h('p', null, t('write.tooFewCoins', { cost: cost(), coins: account?.availableTokens ?? 0 })), h('a', { class: 'button', href: '#/coins' }, t('write.earn'))) : null)
    return Boolean(short)
  }
  function send() {
    controls.commit()
    changed()
    const wrong = problems(values, placeholders)
    for (const [name, one] of controls.fields) one.fail(wrong.get(name) ?? '')
    if (wrong.size) return focus([...wrong.keys()][0])
    if (!navigator.onLine) return toast(t('write.offlineKept'))
    fill(said)
    if (tooPoor()) return poor.querySelector('.notice')?.focus()
    rememberSender(values)
    onsend(requestOf(prompt.id, values, placeholders))
  }
  /** @param {string} name */
  function focus(name) {
    const one = controls.fields.get(name)
    if (options.contains(one)) options.open = true
    one?.control.focus()
  }
  function empty() {
    const before = structuredClone(read())
    const show = (/** @type {Values} */ now) => { Object.assign(values, now); controls.show(values); changed() }
    show(fresh())
    focus('subject')
    // Where the form is left in the meantime, the draft is what comes back.
    toast(t('write.emptied'), { action: t('common.undo'), onaction: () => { if (signal.aborted) keepDraft(prompt.id, before); else show(before) } })
  }

  element.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    send()
  })
  for (const name of ['online', 'offline']) addEventListener(name, () => draw(), { signal })
  accountEvents.addEventListener('change', () => { tooPoor() }, { signal })
  draw()
  tooPoor()
  element.fail = (/** @type {any} */ error) => {
    const name = error?.code === 'invalid_field' ? /field '([^']+)'/.exec(error.message)?.[1] : { unknown_model: 'model' }[/** @type {string} */ (error?.code)]
    if (name && controls.fields.has(name)) {
      controls.fields.get(name).fail(errorText(error))
      return focus(name)
    }
    fill(said, h('div', { class: 'notice bad', role: 'alert', tabindex: '-1' }, icon('warning'), h('p', null, errorText(error)),
      ['unknown_prompt', 'prompt_withdrawn'].includes(error?.code) ? h('a', { class: 'button', href: '#/write' }, t('write.all')) : null))
    said.querySelector('.notice')?.focus()
  }
  return element
}

/**
 * @param {{ placeholders: string[], models: { name: string, model: string }[], values: Values, changed: () => void }} what
 */
function makeFields({ placeholders, models, values, changed }) {
  /** @type {Map<string, any>} */
  const fields = new Map()
  const add = (/** @type {string} */ name, /** @type {any} */ control, optional = false, hint = '', label = t(`write.field.${name}`)) => { // texts: write.field.*
    control.addEventListener('input', changed)
    fields.set(name, field({ label, control, hint, optional }))
  }
  const input = (/** @type {any} */ more) => h('input', { type: 'text', autocomplete: 'off', enterkeyhint: 'next', ...more })
  const choice = (/** @type {string} */ name, /** @type {string[][]} */ choices, /** @type {string} */ none) =>
    add(name, h('select', null, none ? h('option', { value: '' }, none) : null, choices.map(([value, text]) => h('option', { value }, text))))

  const words = chips({ label: t('write.field.keywords'), hint: t('write.keywordsHint'), keywords: values.keywords, typing: values.typing, onchange: () => changed() })
  add('subject', input({ 'aria-required': 'true' }), false, t('write.subjectHint'))
  fields.set('keywords', words.element)
  add('toEmail', input({ 'aria-required': 'true', inputmode: 'email', autocapitalize: 'off', spellcheck: 'false' }), false, t('write.toEmailHint'))
  for (const name of placeholders) add(`placeholders.${name}`, input({ 'aria-required': 'true' }), false, '', name)
  // texts: write.tone.*, write.length.*
  choice('tone', TONES.map(name => [name, t(`write.tone.${name}`)]), t('write.toneAny'))
  choice('length', LENGTHS.map(name => [name, t(`write.length.${name}`)]), t('write.lengthAny'))
  const names = h('datalist', { id: 'write-languages' }, languageNames().map(name => h('option', { value: name })))
  add('language', input({ list: names.id }), true, t('write.languageHint'))
  fields.get('language').append(names)
  choice('variants', ['1', '2', '3'].map(count => [count, t('write.variantsCount', { count: Number(count) })]), '')
  add('senderName', input({ autocomplete: 'name' }), true, t('write.senderNameHint'))
  add('recipientName', input({}), true)
  add('signature', h('textarea', { rows: 3, autocomplete: 'off' }), true, t('write.signatureHint'))
  add('instructions', h('textarea', { rows: 3, autocomplete: 'off' }), true, t('write.instructionsHint'))
  add('context', h('textarea', { rows: 4, autocomplete: 'off' }), true, t('write.contextHint'))
  if (models.length > 1) choice('model', models.map(({ name, model }) => [name, name === model ? name : `${name} (${model})`]), t('write.modelAny'))

  const show = (/** @type {Values} */ now) => {
    fields.get('subject').control.value = now.subject
    fields.get('toEmail').control.value = now.toEmail
    words.set(now.keywords, now.typing)
    for (const name of placeholders) fields.get(`placeholders.${name}`).control.value = now.placeholders[name] ?? ''
    for (const name of OPTIONS) if (fields.has(name)) fields.get(name).control.value = now.options[name]
    for (const one of fields.values()) one.fail('')
  }
  show(values)
  const read = (/** @type {Values} */ into) => Object.assign(into, {
    subject: fields.get('subject').control.value, toEmail: fields.get('toEmail').control.value, keywords: words.keywords(), typing: words.typing(),
    placeholders: Object.fromEntries(placeholders.map(name => [name, fields.get(`placeholders.${name}`).control.value])),
    options: Object.fromEntries(OPTIONS.map(name => [name, fields.get(name)?.control.value ?? ''])),
  })
  return { fields, show, read, commit: words.commit }
}
