// A group: its name, who is in it, and leaving it.

import { h, fill } from '../dom.js'
import { t } from '../texts.js'
import { call, callOne } from '../api.js'
import { button, busy, confirm, errorBox, field, icon, tell, toast } from '../ui.js'
import { go } from '../router.js'
import { avatar, personName } from '../people.js'
import { inboxEvents, me, presences, put, refresh, watch } from './inbox.js'
import { redraw } from '../parties/pieces.js'
import { acquaintances, addition } from './start.js'

/** @typedef {import('./inbox.js').Conversation} Conversation */
/** @typedef {import('./inbox.js').Member} Member */

/** @param {HTMLElement} root @param {string} id @param {AbortSignal} signal */
export async function groupPage(root, id, signal) {
  fill(root, h('h1', null, t('messages.group')), h('p', { class: 'muted', role: 'status' }, t('common.loading')))
  try {
    const group = await refresh(id)
    if (signal.aborted) return
    watch(group.members.map(member => member.userId).slice(0, 50))
    draw(root, group, signal)
    inboxEvents.addEventListener('change', () => {
      for (const place of root.querySelectorAll('[data-presence]')) place.textContent = presenceOf(/** @type {HTMLElement} */ (place).dataset.presence ?? '')
    }, { signal })
  } catch (error) {
    if (!signal.aborted) fill(root, h('h1', null, t('messages.group')), errorBox(error, () => groupPage(root, id, signal)))
  }
}

/** @param {string} uid */
const presenceOf = uid => presences.get(uid)?.online ? t('messages.online') : ''

/** @param {HTMLElement} root @param {Conversation} group @param {AbortSignal} signal */
function draw(root, group, signal) {
  const { id: conversationId, name, members, isAdmin } = group
  const again = (/** @type {Conversation} */ now) => { put(now); draw(root, now, signal) }
  const reread = async () => again(await refresh(conversationId))
  // A name that is being typed stays.
  const typed = /** @type {HTMLInputElement | null} */ (root.querySelector('.rename input')), value = typed && typed.value !== typed.dataset.name && typed.value.trim() !== name ? typed.value : name
  const title = field({ label: t('messages.groupName'), control: h('input', { value, data: { name }, maxlength: 60, autocomplete: 'off' }) })
  const rename = h('button', { type: 'submit', class: 'button' }, t('common.save'))
  const save = async () => {
    again(await callOne('/conversation/renameGroup', { conversationId, name: title.control.value.trim() }))
    toast(t('messages.renamed'))
  }
  redraw(root,
    h('a', { class: 'back', href: `#/messages/${conversationId}` }, icon('left'), t('messages.conversation')),
    h('h1', null, name),
    isAdmin ? h('form', { class: 'rename', onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); busy(rename, save()).catch(tell) } }, title, rename) : null,
    h('h2', null, t('messages.memberCount', { count: members.length })),
    h('ul', { class: 'people' }, members.map(member => row(member, group, again, reread))),
    h('div', { class: 'buttons' },
      isAdmin ? button({ label: t('messages.add'), icon: 'plus', onclick: async () => {
        const there = new Set(members.map(member => member.userId)), people = (await acquaintances(signal)).filter(person => !there.has(person.userId))
        await addition(people, async userIds => again(await callOne('/conversation/addMembers', { conversationId, userIds })))
      } }) : null,
      button({ label: t('messages.leave'), kind: 'danger', onclick: () => end('/conversation/leaveGroup', group, t('messages.leaveText'), t('messages.leave')) }),
      isAdmin ? button({ label: t('messages.deleteGroup'), kind: 'danger', onclick: () => end('/conversation/deleteGroup', group, t('messages.deleteGroupText'), t('common.delete')) }) : null))
}

/** @param {Member} member @param {Conversation} group @param {(now: Conversation) => void} again @param {() => Promise<void>} reread */
function row(member, { id: conversationId, name: group, isAdmin }, again, reread) {
  const { userId } = member, name = personName(member)
  return h('li', null, avatar(member), h('span', { class: 'grow' }, h('bdi', null, name), userId === me() ? ` (${t('messages.you')})` : null, ' ',
    member.isAdmin ? h('span', { class: 'badge' }, t('messages.admin')) : null, ' ', h('span', { class: 'muted', data: { presence: userId } }, presenceOf(userId))),
  isAdmin && userId !== me() ? [
    button({ label: t(member.isAdmin ? 'messages.noAdmin' : 'messages.makeAdmin'), kind: 'quiet', 'aria-label': `${t(member.isAdmin ? 'messages.noAdmin' : 'messages.makeAdmin')}: ${name}`,
      onclick: async () => again(await callOne('/conversation/setGroupAdmin', { conversationId, userId, isAdmin: !member.isAdmin })) }),
    button({ label: t('messages.remove', { name }), icon: 'delete', kind: 'quiet', iconOnly: true, onclick: async () => {
      if (!await confirm(t('messages.remove', { name }), t('messages.removeText', { group }), t('messages.removeIt'))) return
      await call('/conversation/removeMember', { conversationId, userId })
      await reread()
    } })] : null)
}

/** @param {string} path @param {Conversation} group @param {string} text @param {string} action */
async function end(path, { id: conversationId, name }, text, action) {
  if (!await confirm(name, text, action)) return
  await call(path, { conversationId })
  await refresh(conversationId).catch(() => {})
  go('#/messages')
}
