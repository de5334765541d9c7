// The user's parties: all of them, or the page of one.

import { h, fill } from '../dom.js'
import { t } from '../texts.js'
import { call, callOne } from '../api.js'
import { avatar } from '../people.js'
import { button, endless, icon } from '../ui.js'
import { go } from '../router.js'
import { partyPage } from '../parties/party.js'
import { askText, NAME, roleBadge } from '../parties/pieces.js'

/** @typedef {import('../parties/pieces.js').Party} Party */

// So many faces, and then a number.
const FACES = 5

/** @param {import('../router.js').ViewContext} context */
export default async function view({ root, params: [id], signal }) {
  if (id) return partyPage(root, id, signal)
  fill(root,
    h('div', { class: 'head' }, h('h1', null, t('nav.parties')), button({ label: t('parties.new'), icon: 'plus', kind: 'primary', onclick: create })),
    h('p', { class: 'muted measure' }, t('parties.intro')),
    endless({
      signal, item: card, empty: () => h('div', { class: 'empty' }, icon('parties'), h('p', null, t('parties.none'))),
      load: async cursor => {
        const answer = await call('/party/getParties', { limit: 20, cursor }, { signal })
        return { items: /** @type {Party[]} */ (answer.payload ?? []), next: answer.nextCursor }
      },
    }))
}

async function create() {
  const party = await askText({
    title: t('parties.new'), label: t('parties.name'), hint: t('parties.nameHint'), max: NAME, yes: t('parties.make'), draft: 'party.new',
    save: name => callOne('/party/createParty', { name }),
  })
  if (party) go(`#/parties/${party.id}`)
}

/** @param {Party} party */
const card = ({ id, name, role, members }) => h('li', { class: 'card party' },
  h('h2', null, h('a', { class: 'whole', href: `#/parties/${id}` }, name)), h('p', { class: 'badges' }, roleBadge(role), h('span', { class: 'muted' }, t('parties.members', { count: members.length }))),
  h('div', { class: 'faces' }, members.slice(0, FACES).map(member => avatar(member)), members.length > FACES ? h('span', { class: 'muted' }, `+${members.length - FACES}`) : null))
