// The invites of a party: who runs it makes them, hands on their links, and revokes them.

import { h, fill } from '../dom.js'
import { dateTime, t } from '../texts.js'
import { ApiFailure, call, callOne } from '../api.js'
import { button, confirm, dialog, field, toast } from '../ui.js'
import { toClipboard } from '../email/send.js'
import { personName } from '../people.js'
import { ask, redraw, roleBadge, section } from './pieces.js'

/** @typedef {{ id: string, role: import('./pieces.js').Role, userId: string, uses: number, mostUses: number, expiresOn: number }} Invite */

// Hours that are offered, and the most people that one link may bring (docs/api.md, Limits).
const HOURS = [24, 168, 720], MOST = 100

/** @param {import('./pieces.js').Party} party @returns {Promise<HTMLElement>} */
export async function invites(party) {
  const place = h('div', null)
  const read = async () => /** @type {Invite[]} */ ((await call('/party/getInvites', { id: party.id })).payload ?? [])
  const draw = (/** @type {Invite[]} */ open) => redraw(place, section(t('parties.invites'),
    open.length < party.limits.invites ? button({ label: t('parties.invite'), icon: 'plus', onclick: async () => { if (await invite(party)) draw(await read()) } }) : null,
    open.length ? h('ul', { class: 'people' }, open.map(item)) : h('p', { class: 'muted' }, t('parties.noInvites'))))
  const item = (/** @type {Invite} */ { id, role, userId, uses, mostUses, expiresOn }) => {
    const maker = personName(party.members.find(member => member.userId === userId) ?? { userId: '', name: '' }), until = dateTime(expiresOn)
    const revoke = async () => {
      if (!await confirm(t('parties.revoke'), t('parties.revokeText'), t('parties.revoke'))) return
      try {
        await call('/party/revokeInvite', { id: party.id, inviteId: id })
      } catch (error) {
        // Gone already is what was wanted.
        if (!(error instanceof ApiFailure) || error.code !== 'invite_not_found') throw error
      }
      toast(t('parties.revoked'))
      draw(await read())
    }
    return h('li', null, h('span', { class: 'person-what' }, h('span', { class: 'badges' }, roleBadge(role), h('span', null, t('parties.used', { uses, most: mostUses }))),
      h('span', { class: 'muted' }, t('parties.until', { time: until }), ' · ', t('parties.invitedBy', { name: maker }))),
    button({ label: t('parties.revokeOf', { time: until }), icon: 'close', kind: 'quiet', iconOnly: true, onclick: revoke }))
  }
  draw(await read())
  return place
}

// texts: parties.role.*
/** Makes an invite and shows its link. @param {import('./pieces.js').Party} party */
async function invite(party) {
  const role = party.role === 'owner' ? field({ label: t('parties.roleTo'), control: h('select', null, ['member', 'admin'].map(one => h('option', { value: one }, t(`parties.role.${one}`)))) }) : null
  const uses = field({ label: t('parties.uses'), control: h('input', { type: 'number', min: 1, max: MOST, value: String(Math.max(1, party.limits.members - party.members.length)), inputmode: 'numeric' }) })
  const hours = field({ label: t('parties.goodFor'), control: h('select', { value: '168' }, HOURS.map(one => h('option', { value: String(one) }, t('parties.days', { count: one / 24 })))) })
  const made = await ask({ title: t('parties.invite'), content: [h('p', { class: 'muted' }, t('parties.inviteText')), role, uses, hours], yes: t('parties.makeLink'), save: async () => {
    const count = Number(uses.control.value)
    if (!Number.isInteger(count) || count < 1 || count > MOST) {
      uses.fail(t('parties.usesBetween', { most: MOST }))
      uses.control.focus()
      return undefined
    }
    return callOne('/party/createInvite', { id: party.id, role: role?.control.value ?? 'member', uses: count, hours: Number(hours.control.value) })
  } })
  if (made) await showLink(made)
  return Boolean(made)
}

/** @param {{ invite: Invite, link: string, qrSvg: string }} made */
async function showLink({ invite: { expiresOn, mostUses }, link, qrSvg }) {
  const control = h('input', { value: link, readOnly: true, onfocus: () => control.select() })
  const said = h('p', { role: 'status', class: 'muted' })
  const copy = async () => {
    const done = await toClipboard(link)
    if (!done) control.focus()
    fill(said, t(done ? 'common.copied' : 'parties.copyYourself'))
  }
  await dialog(t('parties.link'), [
    h('p', null, t('parties.linkOnce')), field({ label: t('parties.linkLabel'), control, hint: `${t('parties.until', { time: dateTime(expiresOn) })} · ${t('parties.forPeople', { count: mostUses })}` }),
    h('div', { class: 'buttons' }, button({ label: t('parties.copyLink'), icon: 'copy', kind: 'primary', onclick: copy }), 'share' in navigator
      ? button({ label: t('parties.handOn'), icon: 'send', onclick: () => navigator.share({ url: link }).catch(() => {}) }) : null), said,
    h('img', { class: 'qr', src: `data:image/svg+xml,${encodeURIComponent(qrSvg)}`, alt: t('parties.qr'), width: 220, height: 220 }),
  ], close => button({ label: t('common.close'), onclick: () => close() }))
}
