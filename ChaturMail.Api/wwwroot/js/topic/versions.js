// The versions of the draft: what each changed, and the way back to it.

import { h } from '../dom.js'
import { t } from '../texts.js'
import { call, callOne } from '../api.js'
import { button, endless } from '../ui.js'
import { comparison } from '../email/diff.js'
import { redraw, section, time, who } from '../parties/pieces.js'
import { savedToast } from './editor.js'

/** @typedef {import('../parties/pieces.js').Draft} Draft */

/** @param {import('../views/topic.js').Desk} desk @returns {HTMLElement & { draw(): void }} */
export function versions(desk) {
  const place = h('div', null)
  let listed = 0, over = new AbortController()
  const details = h('details', { ontoggle: () => list() }, h('summary', null, t('parties.showVersions')), place)
  const element = /** @type {any} */ (section(t('email.versions'), null, details))
  const list = () => {
    if (!details.open || listed === desk.topic.version) return
    listed = desk.topic.version
    over.abort()
    over = new AbortController()
    const signal = AbortSignal.any([desk.signal, over.signal])
    redraw(place, endless({ signal, tag: 'ol', item: one => item(desk, one), empty: () => h('p', null), load: async cursor => {
      const answer = await call('/topic/getDraftVersions', { id: desk.topic.id, limit: 10, cursor }, { signal })
      return { items: /** @type {Draft[]} */ (answer.payload ?? []), next: answer.nextCursor }
    } }))
  }
  element.draw = () => {
    element.hidden = !desk.topic.version
    list()
  }
  element.draw()
  return element
}

// texts: parties.source.*
/** @param {import('../views/topic.js').Desk} desk @param {Draft} one */
function item(desk, one) {
  const { version, toEmail, subject, text, userId, savedOn, source, restoredFrom, diff } = one
  const restore = async () => {
    savedToast(await callOne('/topic/restoreVersion', { id: desk.topic.id, version: desk.topic.version, restore: version }))
    await desk.refresh()
  }
  return h('li', { class: 'card version' },
    h('div', { class: 'head' }, h('h3', null, t('email.version', { version: String(version) })), h('span', { class: 'badge' }, t(`parties.source.${source}`, { version: restoredFrom ?? 0 }))),
    who(desk.person(userId), h('span', { class: 'muted' }, time(savedOn))),
    h('p', null, h('strong', null, subject), h('br'), h('span', { class: 'muted' }, toEmail)),
    diff && version > 1 ? comparison({ label: t('email.before'), text: '' }, { label: t('email.after'), text: '' }, { parts: diff }) : h('div', { class: 'email-text' }, text),
    version === desk.topic.version ? null : h('div', { class: 'buttons' }, button({ label: t('parties.restoreOf', { version }), icon: 'history', onclick: restore })))
}
