// A topic: the draft of an email that a party works on, what is said and decided about it, and its sending.

import { h, fill } from '../dom.js'
import { t } from '../texts.js'
import { ApiFailure, call, callOne } from '../api.js'
import { keep } from '../session.js'
import { liveEvents } from '../live.js'
import { button, confirm, errorBox, icon, tell, toast } from '../ui.js'
import { go } from '../router.js'
import { conversationPanel } from '../messages/panel.js'
import { askText, badges, inTurn, redraw, time, TITLE, watchReturn } from '../parties/pieces.js'
import { personName } from '../people.js'
import { draftEditor, takeOver } from '../topic/editor.js'
import { suggestions } from '../topic/suggestions.js'
import { approval } from '../topic/approval.js'
import { sending } from '../topic/sending.js'
import { versions } from '../topic/versions.js'

/**
 * @typedef {import('../parties/pieces.js').Topic} Topic
 * @typedef {import('../parties/pieces.js').Party} Party
 * @typedef {object} Desk What the parts of the page share.
 * @property {Topic} topic As it was last read.
 * @property {Party} party
 * @property {AbortSignal} signal
 * @property {() => Promise<void>} refresh Reads the topic again and draws what changed.
 * @property {(uid: string) => { userId: string, name: string }} person A member; somebody who is gone where there is no such member any more.
 */

// A topic whose email is about to leave is read again: nobody tells that it has left.
const SOON = 3_000, LATER = 30_000, MOMENTS = 120

/** @param {import('../router.js').ViewContext} context */
export default async function view({ root, params: [id = ''], query, signal }) {
  fill(root, h('h1', null, t('nav.topic')), h('p', { class: 'muted', role: 'status' }, t('common.loading')))
  const topic = /** @type {Topic} */ (await read(id, signal).catch(error => { throw unknown(error) }))
  if (signal.aborted) return
  const party = /** @type {Party} */ (await callOne('/party/getParty', { id: topic.partyId }, { signal }))
  if (signal.aborted) return
  const page = new Page(root, { topic, party, signal })
  // An email that was written for the topic becomes its next version.
  const email = query.get('email')
  if (!email) return
  history.replaceState(null, '', `#/topic/${id}`)
  keep('writingFor', null)
  await takeOver(page.desk, email).catch(tell)
}

/** @param {string} id @param {AbortSignal} signal */
const read = (id, signal) => callOne('/topic/getTopic', { id }, { signal })

/** What is no id at all names no topic either. @param {unknown} error */
const unknown = error => error instanceof ApiFailure && error.code === 'invalid_field' ? new ApiFailure('topic_not_found', '') : error

class Page {
  /** @param {HTMLElement} root @param {{ topic: Topic, party: Party, signal: AbortSignal }} what */
  constructor(root, { topic, party, signal }) {
    this.refresh = inTurn(() => this.take())
    /** @type {Desk} */
    this.desk = { topic, party, signal, refresh: this.refresh, person: uid => this.desk.party.members.find(member => member.userId === uid) ?? { userId: '', name: '' } }
    this.root = root
    this.top = h('div', null)
    this.editor = draftEditor(this.desk)
    this.parts = [suggestions(this.desk), approval(this.desk), sending(this.desk), versions(this.desk)]
    const talk = h('section', { class: 'card talk', 'aria-labelledby': 'talk' }, h('h2', { id: 'talk' }, t('parties.discussion')), conversationPanel(topic.conversationId, signal))
    fill(root, this.top, h('div', { class: 'topic-columns' }, h('div', null, this.editor, this.parts), talk))
    this.head()
    this.wait()
    const again = () => this.refresh().catch(() => {})
    watchReturn(again, signal)
    liveEvents.addEventListener('resync', again, { signal })
    liveEvents.addEventListener('topic', event => { if (/** @type {CustomEvent} */ (event).detail.topicId === topic.id) again() }, { signal })
    signal.addEventListener('abort', () => clearTimeout(this.timer))
  }

  async take() {
    const { desk } = this
    try {
      const topic = /** @type {Topic} */ (await read(desk.topic.id, desk.signal))
      const changed = JSON.stringify(topic) !== JSON.stringify(desk.topic)
      desk.topic = topic
      // Who came or left meanwhile.
      const named = [topic.userId, topic.draft?.userId, ...topic.approval?.approvers.map(one => one.userId) ?? []]
      if (changed && named.some(uid => uid && !desk.person(uid).userId)) desk.party = await callOne('/party/getParty', { id: topic.partyId }, { signal: desk.signal })
      if (!changed || desk.signal.aborted) return
      this.head()
      this.editor.draw()
      for (const part of this.parts) part.draw()
    } catch (error) {
      if (!desk.signal.aborted && error instanceof ApiFailure && error.code === 'topic_not_found') this.lost(error)
      throw error
    } finally {
      this.wait()
    }
  }

  /** The topic is gone, or the user has no place in its party any more. What they typed is still kept. @param {unknown} error */
  lost(error) {
    fill(this.root, h('a', { class: 'back', href: '#/parties' }, icon('left'), t('nav.parties')), h('h1', null, this.desk.topic.title), errorBox(error))
  }

  wait() {
    clearTimeout(this.timer)
    const { sent } = this.desk.topic
    if (this.desk.signal.aborted || !sent || !['sending', 'active', 'queued'].includes(sent.state)) return
    this.timer = setTimeout(() => this.refresh().catch(() => {}), Date.now() / 1000 - sent.sentOn < MOMENTS ? SOON : LATER)
  }

  head() {
    const { topic, party, person } = this.desk
    document.title = `${topic.title} · ChaturMail`
    const rename = async () => {
      const done = await askText({
        title: t('parties.renameTopic'), label: t('parties.title'), value: topic.title, max: TITLE, yes: t('common.save'), draft: `topic.title.${topic.id}`,
        save: title => callOne('/topic/renameTopic', { id: topic.id, title }),
      })
      if (done) await this.refresh()
    }
    const remove = async () => {
      if (!await confirm(t('parties.deleteOf', { name: topic.title }), t('parties.deleteTopicText'), t('common.delete'))) return
      try {
        await call('/topic/deleteTopic', { id: topic.id })
      } catch (error) {
        // Gone already is what was wanted.
        if (!(error instanceof ApiFailure) || error.code !== 'topic_not_found') throw error
      }
      toast(t('parties.topicDeleted'))
      go(`#/parties/${topic.partyId}`)
    }
    redraw(this.top, h('a', { class: 'back', href: `#/parties/${party.id}` }, icon('left'), party.name),
      h('div', { class: 'head' }, h('div', null, h('h1', null, topic.title),
        h('p', { class: 'badges' }, badges(topic), h('span', { class: 'muted' }, t('parties.madeBy', { name: personName(person(topic.userId)) }), ' · ', time(topic.createdOn)))),
      topic.manages ? h('div', { class: 'buttons' }, button({ label: t('parties.renameTopic'), icon: 'edit', onclick: rename }),
        button({ label: t('parties.deleteTopic'), icon: 'delete', kind: 'quiet', iconOnly: true, onclick: remove })) : null))
  }
}
