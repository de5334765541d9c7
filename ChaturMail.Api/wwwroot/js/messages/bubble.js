// One message: who, what, when, and how far it has come.

import { h, fill } from '../dom.js'
import { language, t } from '../texts.js'
import { button, dialog, icon } from '../ui.js'
import { avatar, personName } from '../people.js'
import { me } from './inbox.js'
import { picture } from './pictures.js'
import { translationOf } from './translation.js'

/** @typedef {import('./inbox.js').Message} Message */
/** @typedef {import('./inbox.js').Member} Member */
/** @typedef {import('./outbox.js').Waiting} Waiting */

const clock = new Intl.DateTimeFormat(language, { timeStyle: 'short' })
const exact = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'medium' })
const ADDRESS = /https?:\/\/[^\s<>"]+/gi

/** A moment of the day. @param {number} milliseconds */
export const moment = milliseconds => h('time', { datetime: new Date(milliseconds).toISOString(), title: exact.format(milliseconds) }, clock.format(milliseconds))

/**
 * A text with its links and the names of those whom it mentions; text stays text.
 * @param {string} text
 * @param {string[]} names With the @ before them.
 * @returns {import('../dom.js').Child[]}
 */
export function pieces(text, names) {
  const parts = names.length ? text.split(new RegExp(`(${names.map(name => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})`)) : [text]
  return parts.flatMap(part => names.includes(part) ? [h('strong', { class: 'mention' }, part)] : linked(part))
}

/** @param {string} text */
function linked(text) {
  /** @type {import('../dom.js').Child[]} */
  const parts = []
  let at = 0
  for (const found of text.matchAll(ADDRESS)) {
    const [shown] = /** @type {string[]} */ (/.*[^.,;:!?)\]}'*]/.exec(found[0]) ?? [''])
    if (!URL.canParse(shown)) continue
    parts.push(text.slice(at, found.index), h('a', { href: shown, target: '_blank', rel: 'noopener noreferrer' }, shown))
    at = found.index + shown.length
  }
  return [...parts, text.slice(at)]
}

/**
 * How far a message of the user's own has come.
 * @param {Message} message
 * @param {Member[]} members
 */
export function progressOf({ change, sequence }, members) {
  const others = members.filter(member => member.userId !== me())
  const seen = others.filter(member => (member.seen ?? 0) >= sequence)
  const delivered = others.filter(member => (member.delivered ?? 0) >= change)
  return { others, seen, delivered, state: others.length && seen.length === others.length ? 'seen' : others.length && delivered.length === others.length ? 'delivered' : 'sent' }
}

/**
 * @param {Message} message
 * @param {{ members: () => Member[], group: () => boolean, signal: AbortSignal, mayDelete: () => boolean, quoted: (id: string) => Message | null | undefined,
 * jump: (id: string) => void, reply: (message: Message) => void, edit: (message: Message) => void, remove: (message: Message) => unknown, translate: boolean }} panel
 * @returns {HTMLElement & { progress: () => void }} `progress` brings up to date how far it has come.
 */
export function bubble(message, panel) {
  const { id, senderId, text, deletedOn, createdOn, editedOn, attachments } = message
  const person = panel.members().find(member => member.userId === senderId), mine = senderId === me()
  const state = h('span', { class: 'state' })
  const translation = translationOf(message, panel.signal)
  if (panel.translate && !mine && text) translation.start(false)
  const names = message.mentions.map(uid => `@${personName(panel.members().find(member => member.userId === uid))}`)
  const actions = h('div', { class: 'actions buttons', hidden: true })
  const more = button({ label: t('messages.actions', { name: mine ? t('messages.you') : personName(person) }), icon: 'more', kind: 'quiet', iconOnly: true, 'aria-expanded': 'false', onclick: () => {
    actions.hidden = !actions.hidden
    more.setAttribute('aria-expanded', `${!actions.hidden}`)
    if (!actions.hidden) fill(actions, choices())
  } })
  const fold = (/** @type {() => unknown} */ act) => () => { more.click(); more.focus(); return act() }
  const choices = () => [
    button({ label: t('messages.reply'), kind: 'quiet', onclick: fold(() => panel.reply(message)) }),
    text && !mine ? button({ label: t('messages.translate'), kind: 'quiet', onclick: fold(() => { translation.start(true) }) }) : null,
    mine ? button({ label: t('messages.edit'), kind: 'quiet', onclick: fold(() => panel.edit(message)) }) : null,
    mine || panel.mayDelete() ? button({ label: t('common.delete'), kind: 'quiet', onclick: fold(() => panel.remove(message)) }) : null,
    mine && panel.group() ? button({ label: t('messages.whoSaw'), kind: 'quiet', onclick: fold(() => whoSaw(message, panel.members())) }) : null,
  ]
  const element = h('article', { class: ['message', mine ? 'mine' : 'theirs'], data: { id } },
    mine ? null : avatar(person),
    h('div', { class: 'bubble' },
      h('p', { class: ['sender', mine && 'unseen'] }, mine ? t('messages.you') : h('bdi', null, personName(person))),
      message.replyTo && !deletedOn ? quote(panel, message.replyTo) : null,
      deletedOn ? h('p', { class: 'text muted' }, t('messages.deleted')) : text ? h('p', { class: 'text', dir: 'auto' }, pieces(text, names)) : null,
      attachments.length ? h('div', { class: 'pictures' }, attachments.map(one => picture(one, panel.signal))) : null,
      translation.element, actions,
      h('p', { class: 'meta' }, editedOn && !deletedOn ? h('span', null, t('messages.edited')) : null, moment(createdOn), state)),
    deletedOn ? null : more)
  element.progress = () => {
    if (!mine || deletedOn) return
    const { state: now, seen, others } = progressOf(message, panel.members())
    if (element.dataset.state === `${now}${seen.length}`) return
    element.dataset.state = `${now}${seen.length}`
    // texts: messages.state.*
    const word = panel.group() && seen.length && now !== 'seen' ? t('messages.seenBy', { seen: seen.length, all: others.length }) : t(`messages.state.${now}`)
    fill(state, icon('check'), now === 'sent' ? null : icon('check'), h('span', { class: 'word' }, word))
    state.className = `state ${now}`
  }
  element.progress()
  return element
}

/** @param {{ members: () => Member[], quoted: (id: string) => Message | null | undefined, jump: (id: string) => void }} panel @param {string} id */
function quote(panel, id) {
  const said = panel.quoted(id), sender = panel.members().find(member => member.userId === said?.senderId)
  return h('button', { type: 'button', class: 'quote', onclick: () => panel.jump(id) }, h('span', { class: 'unseen' }, t('messages.inReply')),
    said ? [h('strong', null, said.senderId === me() ? t('messages.you') : personName(sender)), h('span', null, gist(said))] : h('span', null, t('messages.earlier')))
}

/** A message in one line. @param {Message} message */
export const gist = ({ text, deletedOn, attachments }) => deletedOn ? t('messages.deleted') : text.replace(/\s+/g, ' ').slice(0, 200) || (attachments.length ? t('messages.picture') : '')

/** @param {Message} message @param {Member[]} members */
function whoSaw(message, members) {
  const { others, seen, delivered } = progressOf(message, members)
  const state = (/** @type {Member} */ member) => seen.includes(member) ? 'seen' : delivered.includes(member) ? 'delivered' : 'sent'
  return dialog(t('messages.whoSaw'), h('ul', { class: 'people' }, others.map(member => h('li', null, avatar(member), h('bdi', null, personName(member)), h('span', { class: 'muted' }, t(`messages.state.${state(member)}`))))),
    close => button({ label: t('common.close'), onclick: () => close() }))
}

/**
 * A message that is not stored yet.
 * @param {Waiting} waiting
 * @param {{ reason: string, again: () => void, discard: () => void, signal: AbortSignal }} panel
 */
export const unsent = ({ text, attachments, createdOn, failed }, { reason, again, discard, signal }) => h('article', { class: ['message mine unsent', failed && 'failed'] },
  h('div', { class: 'bubble' },
    h('p', { class: 'sender unseen' }, t('messages.you')),
    text ? h('p', { class: 'text', dir: 'auto' }, pieces(text, [])) : null,
    attachments.length ? h('div', { class: 'pictures' }, attachments.map(id => picture(id, signal))) : null,
    failed ? h('p', { class: 'error' }, t('messages.notSent'), ' ', reason) : null,
    failed ? h('div', { class: 'buttons' }, button({ label: t('common.tryAgain'), icon: 'again', onclick: again }), button({ label: t('messages.discard'), kind: 'quiet', onclick: discard })) : null,
    h('p', { class: 'meta' }, moment(createdOn), h('span', { class: 'state' }, icon('history'), h('span', { class: 'word' }, t('messages.state.waiting'))))))
