// The pages of the history as they are read: what the device keeps is there at once, and the server's takes its place.

import { ApiFailure, call } from '../api.js'
import { keep, owner } from '../session.js'
import { findEmail, KEPT_EMAILS, listEmails, saveEmails, savePage } from '../offline.js'

/** @typedef {import('../email/email.js').Email} Email */

/**
 * @typedef {object} Pages
 * @property {string} search
 * @property {Email[]} emails Newest first, as far as they were read.
 * @property {string} [cursor] Of the next page.
 * @property {boolean} over There are no more.
 * @property {boolean} answered The server's answer was there, or it is known that there will be none.
 * @property {boolean} device The emails are those that this device keeps: the server cannot be reached.
 * @property {boolean} loading
 * @property {unknown} error What went wrong, if something did.
 */

const PAGE = 20, LARGEST = 100, WAIT = 15_000

/** Whether the server cannot be reached, or cannot answer. @param {unknown} error */
const isAway = error => error instanceof ApiFailure && (error.status === 0 || error.status >= 500)

/**
 * A page of the server's history. None is no failure.
 * @param {{ search: string, cursor?: string, limit?: number, signal?: AbortSignal }} which
 * @returns {Promise<{ emails: Email[], cursor?: string }>}
 */
export async function readPage({ search, cursor, limit = PAGE, signal }) {
  try {
    const { payload, nextCursor } = await call('/email/getGeneratedEmails', { limit, ...(search && { search }), ...(cursor && { cursor }) }, { signal, timeout: WAIT })
    return { emails: payload ?? [], cursor: nextCursor }
  } catch (error) {
    if (error instanceof ApiFailure && error.code === 'no_emails') return { emails: [] }
    throw error
  }
}

/** Follows one search through the history. */
export class Reading {
  /** @type {Pages} */
  pages
  #signal
  #onchange

  /** @param {{ search: string, restored?: Pages | null, onchange: () => void, signal: AbortSignal }} what `restored` is what was read before. */
  constructor({ search, restored, onchange, signal }) {
    this.pages = { ...restored ?? { search, emails: [], over: false, answered: false, device: false }, loading: false, error: null }
    this.#onchange = onchange
    this.#signal = signal
  }

  /** Shows what is there, and asks the server for the newest. */
  async begin() {
    const { pages } = this
    if (pages.loading) return
    this.#change({ loading: true, error: null })
    const asked = Date.now(), reading = readPage({ search: pages.search, signal: this.#signal })
    reading.catch(() => {})
    if (pages.emails.length === 0) this.#change({ emails: await listEmails({ limit: PAGE, search: pages.search }) })
    try {
      const page = await reading
      if (this.#signal.aborted) return
      this.#store(page, asked, undefined)
      this.#change({ ...this.#renewed(page), answered: true, device: false, loading: false })
      if (!pages.search) keepMore(page)
    } catch (error) {
      // The kept ones have no cursor: they go on behind the last one.
      if (isAway(error)) this.#change({ answered: true, device: true, over: pages.emails.length < PAGE, loading: false })
      else this.#change({ error, answered: true, loading: false })
    }
  }

  /** Reads the next page. */
  async more() {
    const { pages } = this, last = pages.emails.at(-1)
    if (pages.loading || pages.over || !pages.answered || pages.error) return
    this.#change({ loading: true })
    try {
      const asked = Date.now()
      const page = pages.device ? { emails: await listEmails({ limit: PAGE, search: pages.search, before: last }) }
        : await readPage({ search: pages.search, cursor: pages.cursor, signal: this.#signal })
      if (this.#signal.aborted) return
      if (!pages.device) this.#store(page, asked, last)
      const known = new Set(pages.emails.map(email => email.id))
      this.#change({ emails: [...pages.emails, ...page.emails.filter(email => !known.has(email.id))], loading: false,
        ...(pages.device ? { over: page.emails.length < PAGE } : { cursor: page.cursor, over: !page.cursor }) })
    } catch (error) {
      this.#change({ error, loading: false })
    }
  }

  /** After a failure, tries what failed once more. */
  again() {
    const { pages } = this
    pages.error = null
    return pages.cursor && !pages.device ? this.more() : this.begin()
  }

  /** @param {Partial<Pages>} to */
  #change(to) {
    if (this.#signal.aborted) return
    Object.assign(this.pages, to)
    this.#onchange()
  }

  /** @param {{ emails: Email[], cursor?: string }} page @param {number} asked @param {Email | undefined} after */
  #store({ emails, cursor }, asked, after) {
    if (this.pages.search) return saveEmails(emails)
    if (!after) keep('history.readOn', Math.floor(asked / 1000))
    return savePage(emails, { after, more: !!cursor, asked })
  }

  /** The first page with those behind it that were read before, where they join. @param {{ emails: Email[], cursor?: string }} page */
  #renewed({ emails, cursor }) {
    const { pages } = this, last = emails.at(-1), ids = new Set(emails.map(email => email.id))
    const joins = !pages.device && pages.answered && cursor && last && pages.emails.some(email => ids.has(email.id))
    const behind = joins ? pages.emails.filter(email => isBehind(email, last)) : []
    return behind.length > 0 ? { emails: [...emails, ...behind] } : { emails, cursor, over: !cursor }
  }
}

/** Whether one email comes after another in the history. @param {Email} one @param {Email} other */
const isBehind = (one, other) => one.createdOn < other.createdOn || one.createdOn === other.createdOn && one.id < other.id

let keptFor = ''

/**
 * Reads on, once a visit, until the device keeps as many emails as it may, or what it knows already: also what was never scrolled to is there without a connection.
 * @param {{ emails: Email[], cursor?: string }} page The first one
 */
async function keepMore({ emails, cursor }) {
  const uid = owner()
  if (keptFor === uid || /** @type {any} */ (navigator).connection?.saveData) return
  keptFor = uid
  try {
    for (let count = emails.length, after = emails.at(-1); cursor && after && count < KEPT_EMAILS;) {
      await new Promise(resolve => { setTimeout(resolve, 1_000) })
      if (owner() !== uid) return
      const asked = Date.now(), page = await readPage({ search: '', cursor, limit: LARGEST })
      const last = page.emails.at(-1), known = last && await findEmail(last.id)
      if (owner() !== uid) return
      await savePage(page.emails, { after, more: !!page.cursor, asked })
      if (known?.editedOn === last?.editedOn && known) return
      count += page.emails.length
      after = last
      cursor = page.cursor
    }
  } catch {
    // The next visit does it.
  }
}
