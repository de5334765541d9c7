// What is to be sent, and what was: #/schedule, and one of it: #/schedule/<id>.

import { h, fill } from '../dom.js'
import { t } from '../texts.js'
import { call } from '../api.js'
import { button, endless, icon, notice } from '../ui.js'
import { preferences } from '../preferences.js'
import { detail } from '../schedule/detail.js'
import { scheduleDialog } from '../schedule/dialog.js'
import { actions, badges, facts, titleOf } from '../schedule/words.js'

/** @typedef {import('../schedule/dialog.js').Schedule} Schedule */

/** @param {import('../router.js').ViewContext} context */
export default function view({ root, params, signal }) {
  if (params[0]) return detail(root, params[0], signal)
  const lists = h('div', null)
  const draw = () => {
    // Of what stood here nothing goes on.
    drawn.abort()
    drawn = new AbortController()
    const ends = AbortSignal.any([signal, drawn.signal])
    fill(lists, list(false, ends, draw), list(true, ends, draw))
  }
  let drawn = new AbortController()
  const write = button({ label: t('schedule.newEmail'), icon: 'plus', kind: 'primary', hidden: true, onclick: async () => {
    if (await scheduleDialog({ kind: 'email', key: 'new', later: true })) draw()
  } })
  const cannot = h('div', null)
  preferences().then(({ canSendEmail }) => {
    write.hidden = !canSendEmail
    if (!canSendEmail) fill(cannot, notice(t('schedule.noMail')))
  }, () => {})
  root.append(h('div', { class: 'head' }, h('h1', null, t('nav.schedule')), write), cannot, lists)
  draw()
}

/** @param {boolean} past @param {AbortSignal} signal @param {() => void} onchange */
const list = (past, signal, onchange) => h('section', null, h('h2', null, t(past ? 'schedule.past.title' : 'schedule.ahead')), endless({
  signal,
  load: async cursor => {
    const { payload, nextCursor } = await call('/schedule/getSchedules', { past, limit: 20, cursor }, { signal })
    return { items: /** @type {Schedule[]} */ (payload ?? []), next: nextCursor }
  },
  item: one => card(one, onchange),
  empty: () => h('p', { class: 'muted' }, t(past ? 'schedule.nonePast' : 'schedule.noneAhead')),
}))

/** @param {Schedule} schedule @param {() => void} onchange */
const card = (schedule, onchange) => h('li', { class: 'card schedule-item' },
  h('div', { class: 'schedule-head' },
    h('h3', null, icon(schedule.kind === 'email' ? 'mail' : 'messages'), h('a', { href: `#/schedule/${schedule.id}`, id: `schedule-${schedule.id}` }, titleOf(schedule))),
    badges(schedule)),
  facts(schedule), actions(schedule, onchange))
