// New conversations: with one person, or a group.

import { h, fill } from '../dom.js'
import { t } from '../texts.js'
import { call, callOne } from '../api.js'
import { button, busy, dialog, errorBox, field, icon, tell } from '../ui.js'
import { go } from '../router.js'
import { avatar, personName } from '../people.js'
import { conversations, me, put, read, watch } from './inbox.js'

/** @typedef {import('../people.js').Person} Person */

/** Those to whom the user may write: who shares a party or a conversation with them. @param {AbortSignal} signal @returns {Promise<Person[]>} */
export async function acquaintances(signal) {
  /** @type {Map<string, Person>} */
  const people = new Map()
  const [parties] = await Promise.all([call('/party/getParties', { limit: 100 }, { signal }), read()])
  for (const { members } of [...parties.payload ?? [], ...conversations.values()]) for (const one of members) if (one.userId && one.userId !== me()) people.set(one.userId, one)
  return [...people.values()].sort((one, other) => personName(one).localeCompare(personName(other)))
}

/**
 * A list of people to choose from.
 * @param {Person[]} people
 * @param {(chosen: string[]) => void} onchange
 */
export function picker(people, onchange) {
  /** @type {Set<string>} */
  const chosen = new Set()
  const rows = people.map(person => ({ person, row: h('li', null, h('label', { class: 'check' },
    h('input', { type: 'checkbox', onchange: (/** @type {any} */ event) => { chosen[event.target.checked ? 'add' : 'delete'](person.userId); onchange([...chosen]) } }),
    avatar(person), h('bdi', null, personName(person)))) }))
  const look = h('input', { type: 'search', autocomplete: 'off', oninput: () => {
    const wanted = look.value.trim().toLowerCase()
    for (const { person, row } of rows) row.hidden = !personName(person).toLowerCase().includes(wanted)
  } })
  return [people.length > 7 ? field({ label: t('messages.findPerson'), control: look }) : null,
    h('fieldset', null, h('legend', null, t('messages.people')), h('ul', { class: 'people' }, rows.map(({ row }) => row)))]
}

/** @param {HTMLElement} root @param {AbortSignal} signal */
export async function startPage(root, signal) {
  const place = h('div', null, h('p', { class: 'muted', role: 'status' }, t('common.loading')))
  fill(root, h('a', { class: 'back', href: '#/messages' }, icon('left'), t('nav.messages')), h('h1', null, t('messages.start')), place)
  try {
    const people = await acquaintances(signal)
    watch(people.map(person => person.userId).slice(0, 50))
    if (!people.length) return void fill(place, h('p', null, t('messages.nobodyYet')), h('a', { class: 'button primary', href: '#/parties' }, t('nav.parties')))
    fill(place, form(people))
  } catch (error) {
    if (!signal.aborted) fill(place, errorBox(error, () => startPage(root, signal)))
  }
}

/** @param {Person[]} people */
function form(people) {
  /** @type {string[]} */
  let chosen = []
  const name = field({ label: t('messages.groupName'), control: h('input', { maxlength: 60, autocomplete: 'off' }) })
  const group = h('input', { type: 'checkbox', onchange: () => draw() })
  const asGroup = h('label', { class: 'check' }, group, t('messages.asGroup'))
  const submit = h('button', { type: 'submit', class: 'button primary' }, t('messages.begin'))
  const isGroup = () => chosen.length > 1 || group.checked
  function draw() {
    asGroup.hidden = chosen.length !== 1
    name.hidden = !chosen.length || !isGroup()
    submit.disabled = !chosen.length
  }
  async function begin() {
    const title = name.control.value.trim()
    if (isGroup() && !title) {
      name.fail(t('messages.groupNameMissing'))
      return name.control.focus()
    }
    const made = await (isGroup() ? callOne('/conversation/createGroup', { name: title, userIds: chosen }) : callOne('/conversation/openDirect', { userId: chosen[0] }))
    put(made)
    go(`#/messages/${made.id}`)
  }
  draw()
  return h('form', { onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); busy(submit, begin()).catch(tell) } },
    picker(people, now => { chosen = now; draw() }), asGroup, name, h('div', { class: 'buttons' }, submit))
}

/** A dialog to choose people who are added to a group. @param {Person[]} people @param {(uids: string[]) => Promise<unknown>} add */
export function addition(people, add) {
  /** @type {string[]} */
  let chosen = []
  return dialog(t('messages.add'), people.length ? picker(people, now => { chosen = now }) : h('p', null, t('messages.nobodyToAdd')), close => [
    button({ label: t('common.cancel'), onclick: () => close() }),
    people.length ? button({ label: t('messages.add'), kind: 'primary', onclick: async () => { if (chosen.length) await add(chosen); close() } }) : null,
  ])
}
