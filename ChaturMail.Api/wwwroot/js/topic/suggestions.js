// Suggestions for the draft: what each would change, and what becomes of it.

import { h, fill } from '../dom.js'
import { t } from '../texts.js'
import { ApiFailure, call, callOne } from '../api.js'
import { currentSession } from '../session.js'
import { button, errorBox, notice, toast } from '../ui.js'
import { comparison } from '../email/diff.js'
import { redraw, section, time, who } from '../parties/pieces.js'
import { EDIT, savedToast } from './editor.js'

/**
 * @typedef {{ id: string, number: number, base: number, userId: string, suggestedOn: number, state: 'open' | 'accepted' | 'declined' | 'withdrawn', toEmail: string, subject: string,
 *   text: string, note: string, diff?: import('../email/email.js').DiffPart[], closedBy?: string, closedOn?: number, version?: number }} Suggestion
 */

/** @param {import('../views/topic.js').Desk} desk @returns {HTMLElement & { draw(): void }} */
export function suggestions(desk) {
  const element = /** @type {any} */ (h('div', null)), decided = h('div', null)
  let seen = '', turn = 0
  const read = async (/** @type {object} */ more) =>
    /** @type {Suggestion[]} */ ((await call('/topic/getSuggestions', { id: desk.topic.id, ...more }, { signal: desk.signal })).payload ?? [])
  const old = h('details', { ontoggle: () => older() }, h('summary', null, t('parties.decided')), decided)
  const older = () => old.open && read({}).then(all => fill(decided, list(all.filter(({ state }) => state !== 'open'))), error => { if (!desk.signal.aborted) fill(decided, errorBox(error, older)) })
  const list = (/** @type {Suggestion[]} */ items) => items.length ? h('ul', { class: 'list' }, items.map(one => item(desk, one))) : h('p', { class: 'muted' }, t('parties.noSuggestions'))
  const draw = async () => {
    const { version, openSuggestions, manages } = desk.topic
    const now = `${version} ${openSuggestions} ${manages}`
    element.hidden = !version
    if (now === seen || !version) return
    seen = now
    const mine = ++turn
    try {
      // As many may be open as stand in a page.
      const open = openSuggestions ? await read({ state: 'open' }) : []
      if (mine === turn && !desk.signal.aborted) redraw(element, section(t('parties.suggestions'), null, list(open), old))
      older()
    } catch (error) {
      seen = ''
      if (mine === turn && !desk.signal.aborted) fill(element, errorBox(error, draw))
    }
  }
  element.draw = draw
  draw()
  return element
}

// texts: parties.suggestion.*
/** @param {import('../views/topic.js').Desk} desk @param {Suggestion} one */
function item(desk, one) {
  const { id, base, userId, suggestedOn, state, note, diff, toEmail, subject } = one
  const { topic, person } = desk, me = currentSession()?.uid, draft = topic.draft
  const act = async (/** @type {string} */ route) => {
    const answer = await callOne(`/topic/${route}`, { id: topic.id, suggestionId: id })
    if (route === 'acceptSuggestion') savedToast(answer)
    else toast(t(route === 'declineSuggestion' ? 'parties.suggestion.declined' : 'parties.suggestion.withdrawn'))
  }
  const run = async (/** @type {string} */ route) => {
    try {
      await act(route)
    } catch (error) {
      // What somebody else did meanwhile is to be seen.
      if (error instanceof ApiFailure) await desk.refresh().catch(() => {})
      throw error
    }
    await desk.refresh()
  }
  const outdated = state === 'open' && base !== topic.version
  return h('li', { class: 'card suggestion' },
    who(person(userId), h('span', { class: 'muted' }, t('parties.forVersion', { version: base }), ' · ', time(suggestedOn))),
    state === 'open' ? null : h('p', null, h('span', { class: ['badge', state === 'accepted' && 'good'] }, t(`parties.suggestion.${state}`))),
    note ? h('p', { class: 'note' }, note) : null,
    state === 'open' && draft && base === topic.version && subject !== draft.subject ? h('p', null, h('span', { class: 'muted' }, t('email.subject')), ' ', subject) : null,
    state === 'open' && draft && base === topic.version && toEmail !== draft.toEmail ? h('p', null, h('span', { class: 'muted' }, t('email.recipient')), ' ', toEmail) : null,
    diff ? comparison({ label: t('email.before'), text: '' }, { label: t('email.after'), text: '' }, { parts: diff }) : null,
    outdated ? notice(t('parties.outdated')) : null,
    state !== 'open' ? null : h('div', { class: 'buttons' },
      topic.manages && !outdated ? button({ label: t('parties.accept'), icon: 'check', kind: 'primary', onclick: () => run('acceptSuggestion') }) : null,
      outdated ? button({ label: t('parties.intoEditor'), icon: 'edit', onclick: () => document.querySelector('.draft')?.dispatchEvent(new CustomEvent(EDIT, { detail: one })) }) : null,
      topic.manages ? button({ label: t('parties.decline'), onclick: () => run('declineSuggestion') }) : null,
      userId === me ? button({ label: t('parties.withdraw'), kind: 'quiet', onclick: () => run('withdrawSuggestion') }) : null))
}
