// The editor of a template of the user's own.

import { h, fill } from '../dom.js'
import { t } from '../texts.js'
import { ApiFailure, call } from '../api.js'
import { keep, kept } from '../session.js'
import { busy, button, errorBox, errorText, notice, toast } from '../ui.js'
import { go } from '../router.js'
import { checked, counted } from './parts.js'

/** @typedef {import('../views/prompts.js').OwnPrompt} OwnPrompt */
/** @typedef {Record<'title' | 'guidance' | 'subject' | 'keywords' | 'toEmail' | 'email', string>} Typed */

// docs/api.md, Limits
const TITLE = 60, GUIDANCE = 2000, SUBJECT = 200, KEYWORDS = 1000, ADDRESS = 320, EMAIL = 4000, PLACEHOLDERS = 10

// What the API takes for a placeholder, and what looks like one to a person.
const PLACEHOLDER = /\{([A-Za-z][A-Za-z0-9 _-]{0,39})\}/g
const BRACES = /\{[^{}\n]{0,60}\}/g

/** The name that a draft is kept under. @param {string} [id] Of the template; a new one without. */
export const draftOf = id => `draft.prompt.${id ?? 'new'}`

/** The placeholders that a guidance names, each once whatever its case, in their order. @param {string} guidance @returns {string[]} */
function placeholdersIn(guidance) {
  const names = new Map()
  for (const [, name] of guidance.matchAll(PLACEHOLDER)) if (!names.has(name.trim().toLowerCase())) names.set(name.trim().toLowerCase(), name.trim())
  return [...names.values()]
}

/**
 * The form. What is typed is kept on the device until it is saved.
 * @param {OwnPrompt | null} prompt The one to change; a new one is made without.
 * @param {AbortSignal} signal
 * @param {...Node} more Buttons beside those of the form.
 */
export function editor(prompt, signal, ...more) {
  const saved = typedOf(prompt), name = draftOf(prompt?.id)
  const draft = /** @type {Typed | null} */ (kept(name, null))
  const { fields, example, found } = controls()
  const all = Object.values(fields)
  const read = () => /** @type {Typed} */ (Object.fromEntries(Object.entries(fields).map(([key, one]) => [key, one.control.value])))
  const write = (/** @type {Typed} */ typed) => {
    for (const [key, one] of Object.entries(fields)) one.set(typed[/** @type {keyof Typed} */ (key)] ?? '')
    example.open = [typed.subject, typed.keywords, typed.toEmail, typed.email].some(Boolean)
    tellPlaceholders(found, typed.guidance)
  }
  const problem = h('div'), restored = h('div')
  const submit = h('button', { class: 'button primary' }, t('common.save'))
  const discard = () => { keep(name, null); write(saved); fill(restored); fields.title.control.focus() }
  write(draft ?? saved)
  if (draft) fill(restored, notice(t('account.prompts.restored'), 'info', button({ label: t('account.prompts.discard'), onclick: discard })))
  const typing = () => {
    const now = read()
    keep(name, JSON.stringify(now) === JSON.stringify(saved) ? null : now)
    tellPlaceholders(found, now.guidance)
  }
  const save = async () => {
    fill(problem)
    try {
      await call('/prompt/savePrompt', requestOf(prompt?.id, read()))
      keep(name, null)
      toast(t('account.prompts.saved'))
      if (!signal.aborted) go('#/prompts')
    } catch (error) {
      if (!signal.aborted) fill(problem, blame(fields, error) ? null : errorBox(error))
    }
  }
  return h('form', {
    novalidate: true, class: 'card narrow', oninput: typing,
    onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault()
      if (submit.getAttribute('aria-busy') === 'true') return
      // An error in what is folded away is seen.
      if (needsExample(read())) example.open = true
      const wanted = needsExample(read()) ? all : [fields.title, fields.guidance]
      if (checked(wanted) && placeholdersFit(fields.guidance)) busy(submit, save())
    },
  }, restored, fields.title, fields.guidance, found, example, problem,
  h('div', { class: 'buttons' }, submit, h('a', { class: 'button', href: '#/prompts' }, t('account.prompts.back')), more, h('span', { class: 'muted' }, t('account.kept'))))
}

function controls() {
  const text = (/** @type {object} */ more) => h('input', { autocomplete: 'off', ...more })
  const area = (/** @type {number} */ rows) => h('textarea', { rows })
  const fields = {
    title: counted({ label: t('account.prompts.title'), max: TITLE, control: text({}) }),
    guidance: counted({ label: t('account.prompts.guidance'), max: GUIDANCE, control: area(6), hint: t('account.prompts.guidanceHint') }),
    subject: counted({ label: t('account.prompts.exampleSubject'), max: SUBJECT, control: text({}) }),
    keywords: counted({ label: t('account.prompts.exampleKeywords'), max: KEYWORDS, control: text({}), hint: t('account.prompts.commas') }),
    toEmail: counted({ label: t('account.prompts.exampleTo'), min: 0, max: ADDRESS, control: text({ inputmode: 'email' }) }),
    email: counted({ label: t('account.prompts.exampleEmail'), max: EMAIL, control: area(8) }),
  }
  const example = h('details', { class: 'example' }, h('summary', null, t('account.prompts.example')),
    h('p', { class: 'muted' }, t('account.prompts.exampleText')), fields.subject, fields.keywords, fields.toEmail, fields.email)
  return { fields, example, found: h('div', { class: 'found', role: 'status' }) }
}

/** Says which placeholders a guidance has, and what only looks like one. @param {HTMLElement} place @param {string} guidance */
function tellPlaceholders(place, guidance) {
  const names = placeholdersIn(guidance)
  const others = [...new Set([...guidance.matchAll(BRACES)].map(([whole]) => whole))].filter(whole => !whole.match(PLACEHOLDER))
  const key = JSON.stringify([names, others])
  // It is read out when it changes, not at every letter.
  if (place.dataset.shown === key) return
  place.dataset.shown = key
  fill(place,
    names.length ? h('p', { class: 'badges' }, h('span', null, t('account.prompts.asks')), names.map(name => h('span', { class: 'badge' }, name))) : null,
    names.length > PLACEHOLDERS ? h('p', { class: 'error' }, t('account.prompts.tooManyNames', { count: PLACEHOLDERS })) : null,
    others.length ? h('p', { class: 'hint' }, t('account.prompts.noName', { name: others[0] })) : null)
}

/** @param {import('./parts.js').Counted} guidance */
function placeholdersFit(guidance) {
  if (placeholdersIn(guidance.control.value).length <= PLACEHOLDERS) return true
  guidance.fail(t('account.prompts.tooManyNames', { count: PLACEHOLDERS }))
  guidance.control.focus()
  return false
}

/** An example is there or it is not; one that has begun is finished. @param {Typed} typed */
const needsExample = typed => [typed.subject, typed.keywords, typed.toEmail, typed.email].some(text => text.trim())

/** @param {OwnPrompt | null} prompt @returns {Typed} */
function typedOf(prompt) {
  const { subject = '', keywords = '', toEmail = '', email = '' } = prompt?.example ?? {}
  return { title: prompt?.title ?? '', guidance: prompt?.guidance ?? '', subject, keywords, toEmail: toEmail ?? '', email }
}

/** @param {string | undefined} id @param {Typed} typed */
function requestOf(id, typed) {
  const { title, guidance, subject, keywords, toEmail, email } = typed
  const example = needsExample(typed) ? { subject, keywords, email, ...(toEmail.trim() && { toEmail }) } : undefined
  return { id, title, guidance, placeholders: placeholdersIn(guidance), example }
}

/** Shows a refusal at the field that it names. @param {Record<string, import('./parts.js').Counted>} fields @param {unknown} error @returns {boolean} Whether it names one. */
function blame(fields, error) {
  const named = error instanceof ApiFailure && error.code === 'invalid_field' ? /'(?:example\.)?(\w+)'/.exec(error.message)?.[1] : undefined
  const field = named === 'placeholders' ? fields.guidance : fields[named ?? '']
  if (!field) return false
  const details = field.closest('details')
  if (details) details.open = true
  field.fail(errorText(error))
  field.control.focus()
  return true
}
