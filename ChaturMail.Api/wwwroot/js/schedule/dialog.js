// Sends an email or a message through the server: now, at a time, or again and again.

import { h, fill } from '../dom.js'
import { loadTexts, t } from '../texts.js'
import { ApiFailure, callOne } from '../api.js'
import { keep, kept } from '../session.js'
import { busy, button, dialog, errorBox, field, tell, toast } from '../ui.js'
import { go, style } from '../router.js'
import { preferences } from '../preferences.js'
import { recipients } from '../email/email.js'
import { deviceZone, timeText } from './times.js'
import { pictures } from './pictures.js'
import { proposed, typedOf, whenFields } from './when.js'

/** @typedef {import('./when.js').When} When */

/**
 * A schedule, as docs/api.md has it.
 * @typedef {object} Schedule
 * @property {string} id
 * @property {'email' | 'message'} kind
 * @property {'active' | 'done' | 'cancelled' | 'failed'} state
 * @property {string} timeZone
 * @property {string} at
 * @property {import('./times.js').Recurrence | null} recurrence
 * @property {number | null} nextOn Unix seconds
 * @property {number} occurrence
 * @property {string | null} lastState
 * @property {number} createdOn
 * @property {number | null} endedOn
 * @property {string[] | null} to
 * @property {string | null} subject
 * @property {string} text
 * @property {string[] | null} attachments
 * @property {string | null} conversationId
 */

/**
 * @typedef {object} Prefill
 * @property {'email' | 'message'} kind
 * @property {string} [key] What is typed is kept under it until it is sent, e.g. the email's id.
 * @property {string} [to] Of an email, as people write recipients.
 * @property {string} [subject] Of an email.
 * @property {string} [text]
 * @property {string} [conversationId] Of a message.
 * @property {boolean} [later] Begins with a time, and not with now.
 * @property {Schedule} [schedule] To change one that is there.
 * @property {(when: When) => Promise<any>} [send] Sends what the caller has, once: the dialog asks for nothing but the time. What it gives is what the dialog gives.
 */

const SUBJECT = 200, MOST_TO = 10, EMAIL = 20_000, MESSAGE = 4_000

/**
 * Asks when, and sends or schedules it. What was typed and not sent is there the next time.
 * @param {Prefill} what
 * @returns {Promise<Schedule | undefined>} The schedule; undefined when the user thought better of it.
 */
export async function scheduleDialog(what) {
  const [mine] = await Promise.all([preferences().catch(() => null), loadTexts('schedule'), style('schedule')])
  const { schedule } = what
  const key = `draft.send.${schedule ? `schedule.${schedule.id}` : what.key ?? what.conversationId ?? 'new'}`
  const begin = {
    to: schedule?.to?.join(', ') ?? what.to ?? '', subject: schedule?.subject ?? what.subject ?? '', text: schedule?.text ?? what.text ?? '',
    attached: /** @type {import('./pictures.js').Attached[]} */ ([]),
    when: schedule ? typedOf(schedule) : { ...proposed(mine?.timeZone ?? deviceZone()), now: !what.later },
  }
  const of = JSON.stringify([begin.to, begin.subject, begin.text, schedule?.nextOn])
  const draft = /** @type {any} */ (kept(key, null))
  // What was typed for something that is another by now is not taken for it.
  const typed = draft?.of === of ? draft.typed : structuredClone(begin)
  const sent = { clientId: draft?.of === of ? draft.clientId : crypto.randomUUID(), unanswered: draft?.of === of && draft.unanswered === true }
  const note = () => keep(key, { of, typed, ...sent })

  const end = new AbortController()
  const content = what.send ? null : contentFields(what.kind, typed, Boolean(schedule), end.signal, note)
  const when = whenFields(typed.when, { canBeNow: !schedule, recurs: !what.send, onchange: () => { name(); note() } })
  const problem = h('div', null)
  const send = button({ label: t('common.save'), icon: schedule ? 'check' : 'send', kind: 'primary' })
  const name = () => fill(/** @type {Element} */ (send.querySelector('span')), t(schedule ? 'common.save' : typed.when.now ? 'schedule.send' : 'schedule.schedule'))
  name()

  const submit = async (/** @type {(value: any) => void} */ close) => {
    fill(problem)
    const fields = content ? content.read() : {}, time = fields && when.read()
    if (!fields || !time) return
    const before = { ...sent }
    // Kept before it is asked for: who closes the dialog or the page meanwhile and sends again asks for the same.
    if (!what.send && !schedule) {
      sent.unanswered = true
      note()
    }
    try {
      const done = what.send ? await what.send(time) : schedule ? await change(schedule, begin.when, typed.when, fields, time) : await add(what, fields, time, before)
      keep(key, null)
      close(done ?? {})
      told(done, what.send ? undefined : schedule)
    } catch (error) {
      // Refused: nothing came of it.
      if (error instanceof ApiFailure && error.status >= 400 && error.status < 500 && sent.unanswered !== before.unanswered) {
        sent.unanswered = before.unanswered
        note()
      }
      fill(problem, errorBox(error))
    }
  }
  const title = t(schedule ? 'schedule.change' : what.kind === 'email' ? 'schedule.sendEmail' : 'schedule.sendMessage')
  const result = await dialog(title, [content?.element, when, problem], close => {
    send.addEventListener('click', () => { busy(send, submit(close)).catch(tell) })
    return [button({ label: t('common.cancel'), onclick: () => close() }), send]
  })
  end.abort()
  return result
}

/**
 * What is sent.
 * @param {'email' | 'message'} kind @param {any} typed @param {boolean} changes @param {AbortSignal} signal @param {() => void} note
 */
function contentFields(kind, typed, changes, signal, note) {
  const email = kind === 'email'
  const input = (/** @type {string} */ key, /** @type {any} */ control) => {
    control.value = typed[key]
    control.addEventListener('input', () => { typed[key] = control.value; note() })
    return control
  }
  const to = field({ label: t('schedule.to'), hint: t('schedule.toHint'),
    control: input('to', h('input', { type: 'text', inputmode: 'email', autocomplete: 'off', spellcheck: 'false' })) })
  const subject = field({ label: t('schedule.subject'), control: input('subject', h('input', { type: 'text', autocomplete: 'off' })) })
  const text = field({ label: t('schedule.text'), control: input('text', h('textarea', { rows: 6 })) })
  const attached = email && !changes ? pictures(typed.attached, signal, note) : null
  return {
    element: h('div', null, email ? [to, subject] : null, text, attached),
    /** What the API is told, or null where something is wrong, which is shown then. */
    read: () => {
      const given = typed.to.split(/[,;]/).filter((/** @type {string} */ part) => part.trim()), addresses = recipients(typed.to)
      const length = (/** @type {string} */ value, /** @type {number} */ most) =>
        !value.trim() ? t('schedule.missing') : value.trim().length > most ? t('schedule.tooLong', { count: most }) : ''
      const wrong = /** @type {[any, string][]} */ ([
        ...(email ? [[to, !given.length ? t('schedule.missing') : addresses.length < given.length || addresses.some(one => !/^[^\s@]+@[^\s@]+$/.test(one)) ? t('schedule.toWrong')
          : addresses.length > MOST_TO ? t('schedule.toMany', { count: MOST_TO }) : ''], [subject, length(typed.subject, SUBJECT)]] : []),
        [text, length(typed.text, email ? EMAIL : MESSAGE)],
      ]).filter(([place, said]) => { place.fail(said); return said })
      if (wrong.length) {
        wrong[0][0].control.focus()
        return null
      }
      if (attached?.busy()) {
        toast(t('schedule.stillUploading'))
        return null
      }
      return { text: typed.text, ...(email && { to: addresses, subject: typed.subject, ...(!changes && { attachments: typed.attached.map((/** @type {any} */ one) => one.id) }) }) }
    },
  }
}

/**
 * Schedules something new. The same client id again gives what there is, so that nothing is sent twice after an answer that was lost; what was changed since then is
 * changed in it.
 * @param {Prefill} what @param {any} fields @param {When} when @param {{ clientId: string, unanswered: boolean }} sent @returns {Promise<Schedule>}
 */
async function add(what, fields, when, { clientId, unanswered }) {
  const email = what.kind === 'email'
  const there = await callOne(email ? '/schedule/scheduleEmail' : '/schedule/scheduleMessage',
    { ...fields, ...when, timeZone: when.timeZone ?? deviceZone(), clientId, ...(!email && { conversationId: what.conversationId }) })
  const same = there.text === fields.text.trim() && (!email || there.subject === fields.subject.trim() && there.to.join() === fields.to.join())
    && (!when.at || there.at.startsWith(when.at) && there.timeZone === when.timeZone && (there.recurrence?.kind ?? 'none') === (when.recurrence?.kind ?? 'none'))
  return !unanswered || same ? there : callOne('/schedule/updateSchedule', { id: there.id, ...fields, attachments: undefined, ...when })
}

/** Changes what was changed. @param {Schedule} schedule @param {object} before @param {object} after @param {any} fields @param {When} when @returns {Promise<Schedule>} */
const change = (schedule, before, after, fields, when) =>
  callOne('/schedule/updateSchedule', { id: schedule.id, ...fields, ...(JSON.stringify(before) === JSON.stringify(after) ? {} : when) })

/** @param {Schedule | undefined} done @param {Schedule} [changed] */
function told(done, changed) {
  if (!done?.id || !done.timeZone) return
  const now = !done.recurrence && (!done.nextOn || done.nextOn * 1000 <= Date.now() + 5_000)
  const text = changed ? t('schedule.changed') : now ? t('schedule.onItsWay') : t('schedule.scheduledFor', { time: timeText(done.nextOn ?? 0, done.timeZone) })
  toast(text, { action: changed ? undefined : t('schedule.show'), onaction: () => go(`#/schedule/${done.id}`) })
}
