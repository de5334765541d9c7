// The page of one party: its topics, members, invites and shared templates, and the end of it.

import { h, fill } from '../dom.js'
import { t } from '../texts.js'
import { ApiFailure, call, callOne } from '../api.js'
import { liveEvents } from '../live.js'
import { button, confirm, errorBox, icon, notice, tell, toast } from '../ui.js'
import { currentSession } from '../session.js'
import { personName } from '../people.js'
import { go } from '../router.js'
import { askText, badges, choose, inTurn, NAME, redraw, roleBadge, section, time, TITLE, watchReturn, who } from './pieces.js'
import { invites } from './invites.js'

/**
 * @typedef {import('./pieces.js').Party} Party
 * @typedef {import('./pieces.js').Topic} Topic
 * @typedef {import('./pieces.js').Member} Member
 * @typedef {{ id: string, title: string, slug: string, withdrawn?: boolean, party?: { id: string, name: string } }} Prompt
 */

/** @param {HTMLElement} root @param {string} id @param {AbortSignal} signal */
export async function partyPage(root, id, signal) {
  const top = h('div', null), topics = h('div', null), members = h('div', null), invited = h('div', null), prompts = h('div', null), end = h('div', null)
  const back = h('a', { class: 'back', href: '#/parties' }, icon('left'), t('nav.parties'))
  const lost = (/** @type {unknown} */ error) => {
    if (signal.aborted) return
    // What is no id at all names no party either.
    const gone = error instanceof ApiFailure && ['party_not_found', 'invalid_field'].includes(error.code)
    fill(root, back, h('h1', null, t('nav.parties')), gone ? errorBox(new ApiFailure('party_not_found', '')) : errorBox(error, () => partyPage(root, id, signal)))
  }
  const draw = (/** @type {Party} */ party) => {
    if (signal.aborted) return
    document.title = `${party.name} · ChaturMail`
    redraw(top, head(party, changed))
    redraw(members, memberPart(party, changed))
    redraw(end, ending(party))
  }
  const read = inTurn(async () => {
    const party = /** @type {Party} */ (await callOne('/party/getParty', { id }, { signal }))
    draw(party)
    const parts = [part(topics, () => topicPart(party), signal), part(prompts, () => promptPart(party, changed), signal)]
    if (party.role !== 'member') parts.push(part(invited, () => invites(party), signal))
    else fill(invited)
    await Promise.all(parts)
  })
  const again = () => read().catch(error => { if (error instanceof ApiFailure && error.code === 'party_not_found') lost(error) })
  // What was answered is shown at once; what depends on it in other parts of the page comes after it.
  const changed = (/** @type {Party} */ party) => { draw(party); return again() }
  fill(root, back, h('h1', null, t('nav.parties')), h('p', { class: 'muted', role: 'status' }, t('common.loading')))
  try {
    await read()
  } catch (error) {
    return lost(error)
  }
  if (signal.aborted) return
  fill(root, back, top, h('div', { class: 'party-columns' }, h('div', null, topics, prompts), h('div', null, members, invited)), end)
  watchReturn(again, signal)
  for (const type of ['resync', 'topic']) liveEvents.addEventListener(type, again, { signal })
}

/** Fills a place with what comes from the server, or with what went wrong. @param {HTMLElement} place @param {() => Promise<HTMLElement>} make @param {AbortSignal} signal */
async function part(place, make, signal) {
  try {
    const made = await make()
    if (!signal.aborted) redraw(place, made)
  } catch (error) {
    if (!signal.aborted) fill(place, errorBox(error, () => part(place, make, signal)))
  }
}

/** @param {Party} party @param {(party: Party) => Promise<void>} draw */
function head(party, draw) {
  const rename = async () => {
    const renamed = await askText({
      title: t('parties.rename'), label: t('parties.name'), value: party.name, max: NAME, yes: t('common.save'), draft: `party.${party.id}`,
      save: name => callOne('/party/renameParty', { id: party.id, name }),
    })
    if (renamed) await draw(renamed)
  }
  return h('div', { class: 'head' }, h('div', null, h('h1', null, party.name), h('p', { class: 'badges' }, roleBadge(party.role), h('span', { class: 'muted' }, time(party.createdOn)))),
    party.role === 'member' ? null : button({ label: t('parties.rename'), icon: 'edit', onclick: rename }))
}

/** @param {Party} party */
async function topicPart(party) {
  const topics = /** @type {Topic[]} */ ((await call('/topic/getTopics', { partyId: party.id, limit: 100 })).payload ?? [])
  const create = async () => {
    const made = await askText({
      title: t('parties.newTopic'), label: t('parties.title'), hint: t('parties.topicHint'), max: TITLE, yes: t('parties.make'), draft: `topic.new.${party.id}`,
      save: title => callOne('/topic/createTopic', { partyId: party.id, title }),
    })
    if (made) go(`#/topic/${made.id}`)
  }
  const full = topics.length >= party.limits.topics
  return section(t('parties.topics'), full ? null : button({ label: t('parties.newTopic'), icon: 'plus', kind: 'primary', onclick: create }),
    topics.length ? h('ul', { class: 'list' }, topics.map(topic => h('li', { class: 'card topic-link' }, h('h3', null, h('a', { class: 'whole', href: `#/topic/${topic.id}` }, topic.title)),
      h('p', { class: 'badges' }, badges(topic), h('span', { class: 'muted' }, time(topic.createdOn))))))
      : h('p', { class: 'muted' }, t('parties.noTopics')),
    full ? h('p', { class: 'hint' }, t('error.too_many_topics')) : null)
}

/** @param {Party} party @param {(party: Party) => Promise<void>} draw */
function memberPart(party, draw) {
  const me = currentSession()?.uid
  return section(t('parties.people'), h('span', { class: 'muted' }, t('parties.places', { count: party.members.length, most: party.limits.members })),
    h('ul', { class: 'people' }, party.members.map(member => h('li', null,
      who(member, h('span', { class: 'badges' }, roleBadge(member.role), member.userId === me ? h('span', { class: 'badge' }, t('parties.you')) : null)),
      member.userId === me ? null : manage(party, member, draw)))))
}

/** @param {Party} party @param {Member} member @param {(party: Party) => Promise<void>} draw */
function manage(party, member, draw) {
  const { userId } = member, name = personName(member), owner = party.role === 'owner'
  if (!owner && (party.role !== 'admin' || member.role !== 'member')) return null
  const change = async (/** @type {string} */ route, /** @type {object} */ more, /** @type {string} */ said) => {
    await draw(await callOne(`/party/${route}`, { id: party.id, userId, ...more }))
    toast(said)
  }
  const to = member.role === 'admin' ? 'member' : 'admin'
  return h('details', null, h('summary', { 'aria-label': t('parties.manageOf', { name }) }, t('parties.manage')), h('div', { class: 'buttons' },
    owner ? button({ label: t(to === 'admin' ? 'parties.makeAdmin' : 'parties.makeMember'), onclick: () => change('setRole', { role: to }, t('parties.roleChanged', { name })) }) : null,
    owner ? button({ label: t('parties.handOver'), onclick: async () => {
      if (await confirm(t('parties.handOverTo', { name }), t('parties.handOverText'), t('parties.handOver'))) await change('handOver', {}, t('parties.handedOver', { name }))
    } }) : null,
    button({ label: t('parties.remove'), kind: 'danger', onclick: async () => {
      if (await confirm(t('parties.removeOf', { name }), t('parties.removeText'), t('parties.remove'))) await change('removeMember', {}, t('parties.removed', { name }))
    } })))
}

/** @param {Party} party @param {(party: Party) => Promise<void>} draw */
async function promptPart(party, draw) {
  const all = /** @type {Prompt[]} */ ((await call('/prompt/getAllPrompts')).payload ?? [])
  const me = currentSession()?.uid
  const person = (/** @type {string} */ uid) => party.members.find(member => member.userId === uid) ?? { userId: '', name: '' }
  const unshare = async (/** @type {string} */ id) => {
    await draw(await callOne('/prompt/unsharePrompt', { id, partyId: party.id }))
    toast(t('parties.unshared'))
  }
  const row = (/** @type {import('./pieces.js').SharedPrompt} */ { id, userId, sharedOn }) => {
    const title = all.find(prompt => prompt.id === id)?.title ?? t('parties.template')
    return h('li', null,
      h('span', { class: 'person-what' }, h('a', { href: `#/write/${id}` }, title), h('span', { class: 'muted' }, t('parties.sharedBy', { name: personName(person(userId)) }), ' · ', time(sharedOn))),
      userId === me || party.role !== 'member' ? button({ label: t('parties.unshare', { title }), icon: 'close', kind: 'quiet', iconOnly: true, onclick: () => unshare(id) }) : null)
  }
  return section(t('parties.sharedPrompts'), party.prompts.length < party.limits.prompts ? button({ label: t('parties.share'), icon: 'plus', onclick: () => share(party, draw) }) : null,
    party.prompts.length ? h('ul', { class: 'people' }, party.prompts.map(row)) : h('p', { class: 'muted' }, t('parties.noPrompts')))
}

/** @param {Party} party @param {(party: Party) => Promise<void>} draw */
async function share(party, draw) {
  const mine = /** @type {Prompt[]} */ ((await call('/prompt/getMyPrompts', { limit: 100 })).payload ?? []).filter(prompt => !party.prompts.some(({ id }) => id === prompt.id))
  const chosen = await choose(t('parties.share'), close => mine.length ? [h('p', { class: 'muted' }, t('parties.shareText')),
    h('ul', { class: 'list choices' }, mine.map(({ id, title }) => h('li', null, button({ label: title, onclick: () => close(id) }))))]
    : notice(t('parties.nothingToShare'), 'info', h('a', { class: 'button', href: '#/prompts/new', onclick: () => close() }, t('parties.newPrompt'))))
  if (!chosen) return
  await draw(await callOne('/prompt/sharePrompt', { id: chosen, partyId: party.id }))
  toast(t('parties.shared'))
}

/** @param {Party} party */
function ending(party) {
  const owner = party.role === 'owner', alone = party.members.length === 1
  const gone = async (/** @type {string} */ route, /** @type {string} */ said) => {
    try {
      await call(`/party/${route}`, { id: party.id })
    } catch (error) {
      // Gone already is what was wanted.
      if (!(error instanceof ApiFailure) || error.code !== 'party_not_found') return tell(error)
    }
    toast(said)
    go('#/parties')
  }
  return h('section', { class: 'part', 'aria-labelledby': 'ending' }, h('h2', { id: 'ending' }, t('parties.ending')),
    owner ? h('p', { class: 'muted' }, t(alone ? 'parties.endingAlone' : 'parties.endingOwner')) : null,
    h('div', { class: 'buttons' },
      owner ? null : button({ label: t('parties.leave'), icon: 'signout', kind: 'danger', onclick: async () => {
        if (await confirm(t('parties.leaveOf', { name: party.name }), t('parties.leaveText'), t('parties.leave'))) await gone('leaveParty', t('parties.left'))
      } }),
      owner ? button({ label: t('parties.delete'), icon: 'delete', kind: 'danger', onclick: async () => {
        if (await confirm(t('parties.deleteOf', { name: party.name }), t('parties.deleteText'), t('common.delete'))) await gone('deleteParty', t('parties.deleted'))
      } }) : null))
}
