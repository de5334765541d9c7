// People as others see them: their name, and their picture where they have one.

import { h, fill } from './dom.js'
import { t } from './texts.js'
import { call } from './api.js'
import { sessionEvents } from './session.js'

/** @typedef {{ userId: string, name: string }} Person As the API gives them; an account that is gone has an empty `userId`. */

// As docs/api.md has it: as many at once, and an address is good for a minute.
const MOST = 100, MINUTE = 60_000

/** @typedef {{ url: string | null, until: number }} Picture */
/** @type {Map<string, Picture>} */
const known = new Map()
/** Places that wait for the picture of a user. @type {Map<string, HTMLElement[]>} */
const waiting = new Map()

sessionEvents.addEventListener('change', () => known.clear())

/** What somebody is called. @param {Person | null | undefined} person */
export const personName = person => !person?.userId ? t('people.gone') : person.name?.trim() || t('people.unnamed')

/**
 * Somebody's picture, or their initials until it has come and where there is none. Beside the name, so it says nothing of its own.
 * @param {Person | null | undefined} person
 * @returns {HTMLElement}
 */
export function avatar(person) {
  const element = h('span', { class: 'avatar', 'aria-hidden': 'true', data: { hue: String(hue(person?.userId ?? '')) } }, initials(person))
  if (!person?.userId) return element
  const picture = known.get(person.userId)
  if (picture && picture.until > Date.now()) show(element, picture)
  else want(person.userId, element)
  return element
}

/** @param {Person | null | undefined} person */
function initials(person) {
  const words = (person?.userId && person.name?.trim().split(/\s+/)) || []
  const letters = [words[0], words.length > 1 ? words[words.length - 1] : ''].map(word => (word ? [...new Intl.Segmenter().segment(word)][0]?.segment : '') ?? '')
  return letters.join('').toLocaleUpperCase() || '?'
}

/** One of the colours that base.css has. @param {string} uid */
const hue = uid => [...uid].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 6, 0)

/** @param {string} uid @param {HTMLElement} element */
function want(uid, element) {
  // Those of one drawing of the page are asked for together.
  if (!waiting.size) setTimeout(ask)
  waiting.set(uid, [...waiting.get(uid) ?? [], element])
}

async function ask() {
  const wanted = [...waiting]
  waiting.clear()
  for (let from = 0; from < wanted.length; from += MOST) {
    const some = wanted.slice(from, from + MOST)
    try {
      const pictures = (await call('/user/getAvatars', { userIds: some.map(([uid]) => uid) })).payload ?? []
      const until = Date.now() + MINUTE * 0.9
      for (const [uid, elements] of some) {
        const picture = { url: pictures.find(one => one.userId === uid)?.url ?? null, until }
        known.set(uid, picture)
        for (const element of elements) show(element, picture)
      }
    } catch {
      // Initials do.
    }
  }
}

/** @param {HTMLElement} element @param {Picture} picture */
function show(element, { url }) {
  if (!url) return
  const before = [...element.childNodes]
  fill(element, h('img', { src: url, alt: '', onerror: () => fill(element, before) }))
}
