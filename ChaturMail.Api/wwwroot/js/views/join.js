// What an invite leads to, and the way in.

import { h, fill } from '../dom.js'
import { dateTime, t } from '../texts.js'
import { ApiFailure, callOne } from '../api.js'
import { personName } from '../people.js'
import { button, errorBox, icon, notice, toast } from '../ui.js'
import { roleBadge, who } from '../parties/pieces.js'

/** @typedef {{ name: string, members: number, invitedBy: { userId: string, name: string }, role: import('../parties/pieces.js').Role, expiresOn: number, isMember: boolean, isFull: boolean }} Invite */

/** @param {import('../router.js').ViewContext} context */
export default async function view({ root, params: [token = ''], signal }) {
  const place = h('div', null)
  const all = h('a', { class: 'button', href: '#/parties' }, icon('parties'), t('parties.all'))
  fill(root, h('h1', null, t('nav.join')), place)
  const read = async () => {
    try {
      const invite = await callOne('/party/getInvite', { token }, { signal })
      if (!signal.aborted) show(invite)
    } catch (error) {
      if (!signal.aborted) refused(error)
    }
  }
  const refused = (/** @type {unknown} */ error) => {
    // What is no token at all is no invite either.
    const gone = error instanceof ApiFailure && ['invite_not_good', 'invalid_field'].includes(error.code)
    fill(place, gone ? errorBox(new ApiFailure('invite_not_good', '')) : errorBox(error, read), h('p', { class: 'buttons' }, all))
  }
  const enter = async () => {
    try {
      const party = await callOne('/party/acceptInvite', { token })
      toast(t('parties.joined', { name: party.name }))
      // The way back leads past the invite.
      if (!signal.aborted) location.replace(`#/parties/${party.id}`)
    } catch (error) {
      if (error instanceof ApiFailure && ['invite_not_good', 'party_full'].includes(error.code)) refused(error)
      else throw error
    }
  }
  const show = (/** @type {Invite} */ { name, members, invitedBy, role, expiresOn, isMember, isFull }) => fill(place, h('section', { class: 'card narrow invitation', 'aria-labelledby': 'party-name' },
    who(invitedBy, h('span', { class: 'muted' }, t('parties.invitesYou', { name: personName(invitedBy) }))),
    h('h2', { id: 'party-name' }, name),
    h('p', { class: 'badges' }, roleBadge(role), h('span', { class: 'muted' }, t('parties.members', { count: members }))),
    h('p', { class: 'muted' }, t('parties.inviteUntil', { time: dateTime(expiresOn) })),
    isMember ? notice(t('parties.alreadyIn')) : isFull ? notice(t('error.party_full'), 'bad') : h('p', null, t('parties.joinMeans')),
    h('div', { class: 'buttons' }, isFull && !isMember ? null : button({ label: t(isMember ? 'parties.open' : 'parties.join'), icon: isMember ? 'right' : 'check', kind: 'primary', onclick: enter }), all)))
  fill(place, h('p', { class: 'muted', role: 'status' }, t('common.loading')))
  await read()
}
