// Where a message is written: text, whom it mentions, what it answers, pictures. All of it but the pictures' files is kept on the device until it is sent.

import { h, fill } from '../dom.js'
import { t } from '../texts.js'
import { call } from '../api.js'
import { keep, kept } from '../session.js'
import { button, busy, errorText, icon, tell } from '../ui.js'
import { personName } from '../people.js'
import { invoke, liveEvents } from '../live.js'
import { me } from './inbox.js'
import { gist } from './bubble.js'
import { TYPES, described, upload } from './pictures.js'
import { send } from './outbox.js'

/** @typedef {import('./inbox.js').Message} Message */
/** @typedef {import('./inbox.js').Member} Member */
/** @typedef {{ text: string, mentions: string[], pictures: { id: string, name: string }[], reply?: { id: string, gist: string }, edit?: string, before?: Draft }} Draft */
/** @typedef {{ element: HTMLElement, id?: string, name: string, file?: File, description?: HTMLInputElement, done: Promise<void> }} Chosen */

const LONGEST = 4000, MOST_PICTURES = 10, MOST_SHOWN = 6
// Others are told that the user types; the server passes over more than one a second.
const TYPING = 2_500

/**
 * @param {string} conversationId
 * @param {{ members: () => Member[], lastOwn: () => Message | undefined, onsent: () => void, signal: AbortSignal }} panel
 * @returns {{ element: HTMLElement, reply: (message: Message) => void, edit: (message: Message) => void }}
 */
export function composer(conversationId, panel) {
  const name = `draft.message.${conversationId}`
  /** @type {Draft} */
  let draft = kept(name, empty())
  /** @type {Chosen[]} */
  let chosen = []
  let typed = 0

  const text = h('textarea', { rows: 1, maxlength: LONGEST, 'aria-label': t('messages.write'), placeholder: t('messages.write'), enterkeyhint: 'enter' })
  const above = h('div', { class: 'above' }), previews = h('div', { class: 'previews' }), people = h('div', { class: 'mentions buttons', role: 'group', 'aria-label': t('messages.mention'), hidden: true })
  const files = h('input', { type: 'file', accept: TYPES.join(','), multiple: true, hidden: true, onchange: () => { attach(files.files); files.value = '' } })
  const submit = h('button', { type: 'submit', class: 'button primary icon-only', 'aria-label': t('messages.send'), title: t('messages.send') }, icon('send'))
  const later = button({ label: t('messages.later'), icon: 'schedule', kind: 'quiet', iconOnly: true, onclick: schedule })
  const element = h('form', { class: 'composer', onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); if (submit.getAttribute('aria-busy') !== 'true') busy(submit, finish()).catch(tell) } },
    above, previews, people,
    h('div', { class: 'line' }, button({ label: t('messages.attach'), icon: 'image', kind: 'quiet', iconOnly: true, onclick: () => files.click() }), files, text, later, submit))

  const save = () => {
    draft.text = text.value
    draft.pictures = chosen.filter(one => one.id).map(({ id, name }) => ({ id: id ?? '', name }))
    keep(name, draft.text || draft.pictures.length || draft.reply || draft.edit ? draft : null)
  }
  const put = (/** @type {Draft} */ next) => {
    draft = next
    text.value = draft.text
    chosen = draft.pictures.map(({ id, name }) => kept_(id, name))
    drawPictures()
    drawAbove()
    save()
  }
  const focus = () => { text.focus(); text.setSelectionRange(text.value.length, text.value.length) }

  function drawAbove() {
    later.hidden = Boolean(draft.edit)
    const what = draft.edit ? t('messages.editing') : draft.reply ? t('messages.replying', { text: draft.reply.gist }) : ''
    fill(above, what ? [h('p', { role: 'status' }, what), button({ label: t('common.cancel'), icon: 'close', kind: 'quiet', iconOnly: true, onclick: cancel })] : null)
  }

  function cancel() {
    if (draft.edit) put(draft.before ?? empty())
    else {
      delete draft.reply
      drawAbove()
      save()
    }
    focus()
  }

  /** At a time instead of now: the text alone, pictures and what it answers stay. */
  async function schedule() {
    const mine = draft, written = text.value
    const { scheduleDialog } = await import('../schedule/dialog.js')
    if (!await scheduleDialog({ kind: 'message', conversationId, text: written, later: true }) || draft !== mine || text.value !== written) return
    text.value = ''
    draft.mentions = []
    save()
  }

  async function finish() {
    const written = text.value.trim(), mine = draft
    const mentions = draft.mentions.filter(uid => written.includes(`@${personName(panel.members().find(member => member.userId === uid))}`))
    if (mine.edit) {
      if (!written) return focus()
      const answer = await invoke('Edit', { id: mine.edit, text: written, mentions })
      liveEvents.dispatchEvent(new CustomEvent('message', { detail: answer.payload?.[0] }))
      if (draft === mine) put(mine.before ?? empty())
      return
    }
    if (!written && !chosen.length) return focus()
    // What is sent is what stood there: nothing is typed into it meanwhile.
    text.readOnly = true
    try {
      await Promise.all(chosen.map(one => one.done))
      // Who described a picture anew has it uploaded under that name.
      for (const one of chosen) if (one.file && one.description && one.description.value.trim() !== one.name) await renamed(one)
    } finally {
      text.readOnly = false
    }
    if (draft !== mine || panel.signal.aborted) return
    const attachments = chosen.flatMap(one => one.id ?? [])
    if (attachments.length < chosen.length) return
    const { reply } = draft
    put(empty())
    send({ conversationId, text: written, replyTo: reply?.id ?? null, mentions, attachments })
    panel.onsent()
    focus()
  }

  /** @param {Chosen} one */
  async function renamed(one) {
    const before = one.id, name = one.description?.value.trim() ?? ''
    one.id = await upload(/** @type {File} */ (one.file), name, () => {})
    one.name = name
    if (before) call('/attachment/deleteUpload', { id: before }).catch(() => {})
  }

  /** @param {FileList | File[] | null | undefined} list */
  function attach(list) {
    for (const file of [...list ?? []].slice(0, MOST_PICTURES - chosen.length)) chosen.push(begin(file))
    drawPictures()
  }

  /** @param {File} file @returns {Chosen} */
  function begin(file) {
    const name = described(file.name), progress = h('progress', { max: 1, value: 0, 'aria-label': t('messages.uploading', { name }) })
    const description = h('input', { value: name, maxlength: 90, 'aria-label': t('messages.describe'), placeholder: t('messages.describe') })
    const status = h('div', { class: 'grow' }, progress)
    /** @type {Chosen} */
    const one = { element: h('div', { class: 'preview' }), name, file, description, done: Promise.resolve() }
    const start = async () => {
      try {
        fill(status, progress)
        one.id = await upload(file, name, part => { progress.value = part })
        fill(status, description)
        save()
      } catch (error) {
        fill(status, h('p', { class: 'error', role: 'alert' }, file.name, ': ', errorText(error)), button({ label: t('common.tryAgain'), icon: 'again', onclick: () => { one.done = start() } }))
      }
    }
    fill(one.element, thumbnail(file), status, removal(one))
    one.done = start()
    return one
  }

  /** One that was uploaded before the page was opened. @param {string} id @param {string} name @returns {Chosen} */
  function kept_(id, name) {
    /** @type {Chosen} */
    const one = { element: h('div', { class: 'preview' }), id, name, done: Promise.resolve() }
    fill(one.element, icon('image'), h('span', { class: 'grow' }, name), removal(one))
    return one
  }

  /** @param {Chosen} one */
  const removal = one => button({ label: t('messages.removePicture', { name: one.name }), icon: 'close', kind: 'quiet', iconOnly: true, onclick: () => {
    chosen = chosen.filter(other => other !== one)
    if (one.id) call('/attachment/deleteUpload', { id: one.id }).catch(() => {})
    drawPictures()
    save()
    focus()
  } })

  function drawPictures() {
    fill(previews, chosen.map(one => one.element))
    previews.hidden = !chosen.length
  }

  /** The name that is being typed after an @. */
  const begun = () => /(?:^|\s)@([\p{L}\p{M}\p{N}.'-]*)$/u.exec(text.value.slice(0, text.selectionStart))

  function suggest() {
    const found = begun(), wanted = found?.[1].toLowerCase() ?? ''
    const fitting = found ? panel.members().filter(member => member.userId !== me() && member.name.toLowerCase().split(' ').concat(member.name.toLowerCase()).some(part => part.startsWith(wanted))).slice(0, MOST_SHOWN) : []
    people.hidden = !fitting.length
    fill(people, fitting.map(member => button({ label: personName(member), onclick: () => mention(member) })))
  }

  /** @param {Member} member */
  function mention(member) {
    const found = begun(), end = text.selectionStart, start = end - (found?.[1].length ?? 0)
    text.setRangeText(`${personName(member)} `, start, end, 'end')
    if (!draft.mentions.includes(member.userId)) draft.mentions.push(member.userId)
    people.hidden = true
    save()
    text.focus()
  }

  text.addEventListener('input', () => {
    save()
    suggest()
    if (text.value && Date.now() - typed > TYPING) {
      typed = Date.now()
      invoke('Typing', { conversationId }).catch(() => {})
    }
  })
  element.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    const inText = event.target === text, first = people.hidden ? null : people.querySelector('button')
    if (event.isComposing) return
    if (event.key === 'Escape' && first) { people.hidden = true; text.focus() }
    else if (event.key === 'Escape' && (draft.edit || draft.reply)) cancel()
    else if (inText && first && event.key === 'ArrowDown') first.focus()
    else if (inText && !text.value && event.key === 'ArrowUp') { const own = panel.lastOwn(); if (own) edit(own) }
    // By fingers, Enter makes a line.
    else if (inText && event.key === 'Enter' && !event.shiftKey && !matchMedia('(pointer: coarse)').matches) element.requestSubmit()
    else return
    event.preventDefault()
  })
  text.addEventListener('paste', (/** @type {ClipboardEvent} */ event) => {
    if (!event.clipboardData?.files.length) return
    event.preventDefault()
    attach(event.clipboardData.files)
  })
  element.addEventListener('dragover', (/** @type {Event} */ event) => event.preventDefault())
  element.addEventListener('drop', (/** @type {DragEvent} */ event) => { event.preventDefault(); attach(event.dataTransfer?.files) })

  /** @param {Message} message */
  function reply(message) {
    if (draft.edit) cancel()
    draft.reply = { id: message.id, gist: gist(message) }
    drawAbove()
    save()
    focus()
  }

  /** @param {Message} message */
  function edit({ id, text: written, mentions }) {
    save()
    put({ text: written, mentions: [...mentions], pictures: [], edit: id, before: draft.edit ? draft.before : draft })
    focus()
  }

  put(draft)
  return { element, reply, edit }
}

/** @returns {Draft} */
const empty = () => ({ text: '', mentions: [], pictures: [] })

/** Of the file itself: it is there at once. The page's policy takes no other address than data's. @param {File} file */
function thumbnail(file) {
  const image = h('img', { alt: '', hidden: true }), reader = new FileReader()
  reader.onload = () => { image.src = reader.result; image.hidden = false }
  image.onerror = () => { image.hidden = true }
  if (TYPES.includes(file.type)) reader.readAsDataURL(file)
  return image
}
