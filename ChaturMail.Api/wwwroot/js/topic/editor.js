// The draft as the user types it: kept on the device at once, saved as a version or proposed when they say so. Two who write at once both keep their text.

import { h, fill } from '../dom.js'
import { t } from '../texts.js'
import { ApiFailure, call, callOne } from '../api.js'
import { keep, kept } from '../session.js'
import { emailTranslation } from '../messages/translation.js'
import { busy, button, dialog, endless, errorBox, field, notice, toast } from '../ui.js'
import { comparison } from '../email/diff.js'
import { personName } from '../people.js'
import { askText, choose, NOTE, section, time } from '../parties/pieces.js'

/**
 * @typedef {import('../views/topic.js').Desk} Desk
 * @typedef {{ toEmail: string, subject: string, text: string }} Typed
 * @typedef {Typed & { base: number }} Kept `base` is the version that was changed.
 */

/** @type {(keyof Typed)[]} */
const FIELDS = ['toEmail', 'subject', 'text']

/** Told to the editor: to put a text into its fields, for the user to go on with. */
export const EDIT = 'edittext'

/** @param {Desk} desk @returns {Typed} A text area has line feeds alone. */
const saved = ({ topic: { draft } }) => ({ toEmail: draft?.toEmail ?? '', subject: draft?.subject ?? '', text: (draft?.text ?? '').replace(/\r\n?/g, '\n') })

/** @param {Typed} a @param {Typed} b */
const same = (a, b) => FIELDS.every(name => a[name].trim() === b[name].trim())

/** All of it as one text, to be compared. @param {Typed} typed */
export const whole = ({ toEmail, subject, text }) => `${subject}\n${toEmail}\n\n${text}`

/** @param {unknown} error */
const conflicts = error => error instanceof ApiFailure && error.code === 'draft_conflict'

/** Says what a saved version has ended. @param {import('../parties/pieces.js').Draft} draft */
export const savedToast = ({ version, endedApproval }) => toast(t('parties.savedAs', { version }) + (endedApproval ? ` ${t('parties.endedApproval', { version: endedApproval })}` : ''))

/** @param {Desk} desk @returns {HTMLElement & { draw(): void }} `draw` takes in what the topic is now; what is typed stays. */
export function draftEditor(desk) {
  const name = `draft.topic.${desk.topic.id}`
  const typed = () => kept(name, /** @type {Kept | null} */ (null))
  const controls = {
    toEmail: h('input', { maxlength: 320, inputmode: 'email', autocomplete: 'off', spellcheck: 'false' }), subject: h('input', { maxlength: 200, autocomplete: 'off' }),
    text: h('textarea', { maxlength: 20000, rows: 12 }),
  }
  const place = h('div', null), translateButton = button({ label: t('email.translation'), icon: 'language', onclick: () => translate() })
  const state = h('div', { class: 'said', role: 'status' }), fault = h('div', null), actions = h('div', { class: 'buttons' }), about = h('p', { class: 'muted badges' })
  const read = () => /** @type {Typed} */ (Object.fromEntries(FIELDS.map(field => [field, controls[field].value])))
  const write = (/** @type {Typed} */ values) => { for (const field of FIELDS) if (controls[field].value !== values[field]) controls[field].value = values[field] }
  const saveButton = button({ label: '', icon: 'check', kind: 'primary', type: 'submit', title: 'Ctrl+S', 'aria-keyshortcuts': 'Control+S' })
  const suggestButton = button({ label: t('parties.suggest'), icon: 'edit', onclick: () => suggest() })
  const discardButton = button({ label: t('parties.discard'), kind: 'quiet', onclick: () => discard() })
  fill(actions, saveButton, suggestButton, discardButton)

  let shown = '', first = true, translated = 0, over = new AbortController()
  desk.signal.addEventListener('abort', () => over.abort())
  const draw = () => {
    const { topic: { draft, version }, person } = desk, mine = typed()
    if (mine && same(mine, saved(desk))) {
      keep(name, null)
      return draw()
    }
    write(mine ?? saved(desk))
    fill(about, draft ? [h('span', { class: 'badge' }, t('email.version', { version: String(version) })), personName(person(draft.userId)), time(draft.savedOn)] : t('parties.noDraftYet'))
    translateButton.hidden = !version
    if (translated !== version) fill(place)
    fill(/** @type {Element} */ (saveButton.querySelector('span')), t('parties.saveAs', { version: version + 1 }))
    tools()
    const newer = mine && mine.base < version
    const now = newer ? `newer ${version}` : mine && first ? 'found' : shown.startsWith('newer') ? '' : shown
    first = false
    if (now === shown) return
    shown = now
    fill(state, newer ? notice(t('parties.newer', { version, name: personName(person(draft?.userId ?? '')) }), 'info', button({ label: t('parties.look'), onclick: () => settle() }))
      : now === 'found' ? notice(t('email.found')) : null)
  }
  const tools = () => {
    const mine = Boolean(typed())
    suggestButton.hidden = !desk.topic.version || !mine
    discardButton.hidden = !mine
  }
  /** The saved version in the reader's language, under it. */
  const translate = async () => {
    const { id: topicId, version } = desk.topic
    over.abort()
    over = new AbortController()
    const { signal } = over, { element, start } = emailTranslation(topicId, language => callOne('/translation/translateDraft', { topicId, version, language }, { signal }), signal)
    translated = version
    fill(place, element)
    await start(true)
  }
  const typing = () => {
    const now = read(), base = typed()?.base ?? desk.topic.version
    const room = keep(name, same(now, saved(desk)) ? null : { ...now, base })
    tools()
    if (!room) fill(fault, notice(t('email.noRoom'), 'bad'))
  }
  const discard = () => {
    const before = typed()
    keep(name, null)
    shown = ''
    fill(state)
    fill(fault)
    draw()
    controls.text.focus()
    toast(t('parties.discarded'), { action: t('common.undo'), onaction: () => { keep(name, before); draw() } })
  }
  // What was typed while the server was asked goes on from what it has now.
  const done = (/** @type {Kept} */ sent, /** @type {number} */ version) => {
    const now = typed()
    keep(name, now && !same(now, sent) ? { ...now, base: version } : null)
    shown = ''
    fill(state)
  }
  const save = async () => {
    fill(fault)
    const mine = typed()
    if (!mine) return void toast(t('parties.nothingTyped'))
    try {
      const draft = await callOne('/topic/saveDraft', { id: desk.topic.id, version: mine.base, toEmail: mine.toEmail, subject: mine.subject, text: mine.text })
      done(mine, draft.version)
      savedToast(draft)
      await desk.refresh()
      draw()
    } catch (error) {
      if (conflicts(error)) return settle(true)
      fill(fault, errorBox(error))
    }
  }
  /** Shows both texts and lets the user choose. @param {boolean} [saving] They wanted to save. @returns {Promise<void>} */
  const settle = async saving => {
    await desk.refresh()
    const mine = typed(), theirs = saved(desk), { version, draft } = desk.topic
    if (!mine || same(mine, theirs)) return draw()
    const choice = await dialog(t('parties.conflict'), [h('p', null, t('parties.conflictText', { version, name: personName(desk.person(draft?.userId ?? '')) })),
      comparison({ label: t('email.version', { version: String(version) }), text: whole(theirs) }, { label: t('email.mine'), text: whole(mine) })], close => [
      button({ label: t('email.goOnEditing'), onclick: () => close() }), button({ label: t('email.useTheirs'), onclick: () => close('theirs') }),
      button({ label: saving ? t('email.useMine') : t('parties.keepMine'), kind: 'primary', onclick: () => close('mine') }),
    ])
    if (choice === 'theirs') return discard()
    if (choice !== 'mine') return
    // What is kept is taken to be made from what was shown.
    keep(name, { ...typed() ?? mine, base: version })
    shown = ''
    fill(state)
    draw()
    if (saving) await save()
  }
  const suggest = async () => {
    const mine = typed()
    if (!mine) return
    if (mine.base !== desk.topic.version) return settle()
    const made = await askText({
      title: t('parties.suggestTitle'), label: t('parties.why'), lines: true, max: NOTE, yes: t('parties.suggestYes'), draft: `note.${desk.topic.id}`,
      more: comparison({ label: t('email.before'), text: whole(saved(desk)) }, { label: t('email.after'), text: whole(mine) }),
      save: async note => {
        try {
          return await callOne('/topic/suggestChange', { id: desk.topic.id, version: mine.base, toEmail: mine.toEmail, subject: mine.subject, text: mine.text, ...(note && { note }) })
        } catch (error) {
          if (conflicts(error)) return 'conflict'
          throw error
        }
      },
    })
    if (made === 'conflict') return settle()
    if (!made) return
    done(mine, desk.topic.version)
    toast(t('parties.suggested'))
    await desk.refresh()
    draw()
  }
  const form = h('form', { novalidate: true, oninput: typing,
    onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault()
      if (saveButton.getAttribute('aria-busy') !== 'true') busy(saveButton, save())
    },
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.isComposing || !(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== 's') return
      event.preventDefault()
      form.requestSubmit()
    } },
  state, h('div', { class: 'columns' }, field({ label: t('email.recipient'), control: controls.toEmail }), field({ label: t('email.subject'), control: controls.subject })),
  field({ label: t('email.text'), control: controls.text, hint: t('parties.keptHint') }), fault, actions)
  const element = /** @type {any} */ (section(t('parties.draft'), [
    button({ label: t('parties.fromHistory'), icon: 'history', onclick: () => pick(desk) }),
    h('a', { class: 'button', href: '#/write', onclick: () => keep('writingFor', { id: desk.topic.id, title: desk.topic.title }) }, t('parties.letWrite')), translateButton], about, form, place))
  // Saved by another tab of the same user.
  addEventListener('storage', event => { if (event.key?.endsWith(name)) draw() }, { signal: desk.signal })
  element.addEventListener(EDIT, (/** @type {CustomEvent<Typed>} */ event) => {
    write(event.detail)
    typing()
    controls.text.focus()
    element.scrollIntoView({ block: 'start' })
  })
  element.classList.add('draft')
  element.draw = draw
  draw()
  return element
}

/** An email of the user's history becomes the next version. @param {Desk} desk @param {string} emailId */
export async function takeOver(desk, emailId) {
  const draft = await callOne('/topic/saveDraft', { id: desk.topic.id, version: desk.topic.version, emailId })
  savedToast(draft)
  await desk.refresh()
}

/** Lets the user choose one of their emails. @param {Desk} desk */
async function pick(desk) {
  const over = new AbortController()
  const id = await choose(t('parties.fromHistory'), close => [h('p', { class: 'muted' }, t('parties.fromHistoryText')), h('div', { class: 'choices' }, endless({
    signal: over.signal, empty: () => h('p', { class: 'muted' }, t('error.no_emails')),
    load: async cursor => {
      try {
        const answer = await call('/email/getGeneratedEmails', { limit: 20, cursor }, { signal: over.signal })
        return { items: answer.payload ?? [], next: answer.nextCursor }
      } catch (error) {
        if (error instanceof ApiFailure && error.code === 'no_emails') return { items: [] }
        throw error
      }
    },
    item: email => h('li', null, h('button', { type: 'button', class: 'button', onclick: () => close(email.id) }, h('strong', null, email.subject),
      h('span', { class: 'muted' }, email.toEmailId, ' · ', time(email.createdOn)))),
  }))])
  over.abort()
  if (id) await takeOver(desk, id)
}
