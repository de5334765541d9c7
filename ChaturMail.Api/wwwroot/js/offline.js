// The emails that this device keeps, so that they can be read without a connection: the newest of the user, in a database of their own. Nothing here throws:
// where a browser keeps nothing (private windows, no room), nothing is kept.

import { owner } from './session.js'

/** @typedef {import('./email/email.js').Email} Email */
/** @typedef {{ createdOn: number, id: string }} Place Where an email stands in the history: the newest first, of those of one second the greater id. */

/** So many emails are kept. */
export const KEPT_EMAILS = 500

const STORE = 'emails', NEWEST = 'newest'

/** @type {{ uid: string, database: Promise<IDBDatabase> } | undefined} */
let opened

/**
 * Keeps emails as they are now; those of anybody but the user of this device are left out.
 * @param {Email[]} emails
 * @returns {Promise<void>}
 */
export const saveEmails = emails => within('readwrite', undefined, (store, uid) => {
  for (const email of emails) if (email.userId === uid) store.put(record(email))
  trim(store)
})

/**
 * Keeps a page of the server's history. What is kept between its ends and does not stand in it was deleted elsewhere, and goes.
 * @param {Email[]} emails Newest first
 * @param {{ after?: Place, more: boolean, asked: number }} page The last email of the page before; whether there is a page behind it; when it was asked for, in
 * milliseconds: what was kept since, may be too new for the server to have known.
 * @returns {Promise<void>}
 */
export const savePage = (emails, { after, more, asked }) => within('readwrite', undefined, (store, uid) => {
  const ids = new Set(emails.map(email => email.id)), last = emails.at(-1)
  const lower = more && last ? key(last) : [-Infinity], upper = after ? key(after) : [Infinity]
  each(store, IDBKeyRange.bound(lower, upper, false, true), cursor => {
    if (!ids.has(cursor.value.id) && cursor.value.savedOn < asked) cursor.delete()
    return true
  }, () => {
    for (const email of emails) if (email.userId === uid) store.put(record(email))
    trim(store)
  })
})

/**
 * What is kept, newest first.
 * @param {{ limit?: number, before?: Place, search?: string }} [which] `before` gives those that are older; `search` those that hold a text in subject, keywords,
 * recipient or body, whatever its case, as the server does.
 * @returns {Promise<Email[]>}
 */
export const listEmails = ({ limit = 20, before, search = '' } = {}) => within('readonly', /** @type {Email[]} */ ([]), (store, _, give) => {
  /** @type {Email[]} */
  const found = []
  const wanted = search.trim().toLowerCase()
  give(found)
  each(store, before ? IDBKeyRange.upperBound(key(before), true) : null, cursor => {
    const { email } = cursor.value
    if ([email.subject, email.keywords, email.toEmailId, email.generatedEmail].some(text => text.toLowerCase().includes(wanted))) found.push(email)
    return found.length < limit
  })
})

/** @param {string} id @returns {Promise<Email | undefined>} */
export const findEmail = id => within('readonly', /** @type {Email | undefined} */ (undefined), (store, _, give) => {
  const request = store.get(id)
  request.onsuccess = () => give(request.result?.email)
})

/** @param {string} id @returns {Promise<void>} */
export const removeEmail = id => within('readwrite', undefined, store => { store.delete(id) })

/** @param {Email} email */
const record = email => ({ id: email.id, createdOn: email.createdOn, savedOn: Date.now(), email })

/** @param {Place} place */
const key = place => [place.createdOn, place.id]

/**
 * Goes through what is kept, newest first, as long as `visit` gives true.
 * @param {IDBObjectStore} store @param {IDBKeyRange | null} range @param {(cursor: IDBCursorWithValue) => boolean} visit @param {() => void} [end]
 */
function each(store, range, visit, end) {
  const request = store.index(NEWEST).openCursor(range, 'prev')
  request.onsuccess = () => {
    if (request.result && visit(request.result)) request.result.continue()
    else end?.()
  }
}

/** Leaves the newest. @param {IDBObjectStore} store */
function trim(store) {
  const count = store.count()
  count.onsuccess = () => {
    let over = count.result - KEPT_EMAILS
    if (over <= 0) return
    const request = store.index(NEWEST).openCursor()
    request.onsuccess = () => {
      if (!request.result || over-- <= 0) return
      request.result.delete()
      request.result.continue()
    }
  }
}

/**
 * Does some work in one transaction on what is kept for the user, and gives its result, or `otherwise` where nothing can be kept.
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {T} otherwise
 * @param {(store: IDBObjectStore, uid: string, give: (result: T) => void) => void} work
 * @returns {Promise<T>}
 */
async function within(mode, otherwise, work) {
  const uid = owner()
  if (!uid) return otherwise
  try {
    const database = await open(uid)
    // Whoever signed out while the database was opened wants nothing kept.
    if (owner() !== uid) return otherwise
    return await new Promise((resolve, reject) => {
      let result = otherwise
      const transaction = database.transaction(STORE, mode)
      transaction.oncomplete = () => resolve(result)
      transaction.onabort = () => reject(transaction.error)
      work(transaction.objectStore(STORE), uid, given => { result = given })
    })
  } catch (error) {
    console.warn('Emails are not kept on this device:', error)
    return otherwise
  }
}

/** @param {string} uid @returns {Promise<IDBDatabase>} */
function open(uid) {
  if (opened?.uid === uid) return opened.database
  opened?.database.then(database => database.close(), () => {})
  opened = { uid, database: connect(uid, () => { if (opened?.uid === uid) opened = undefined }) }
  return opened.database
}

/** @param {string} uid @param {() => void} closed @returns {Promise<IDBDatabase>} */
const connect = (uid, closed) => new Promise((resolve, reject) => {
  const fail = (/** @type {unknown} */ error) => { closed(); reject(error) }
  try {
    const request = indexedDB.open(`chaturmail-${uid}`, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'id' }).createIndex(NEWEST, ['createdOn', 'id'])
    request.onerror = () => fail(request.error)
    request.onsuccess = () => {
      const database = request.result
      // Signing out deletes the database, in this tab or another: it waits for nobody.
      database.onversionchange = () => { database.close(); closed() }
      database.onclose = closed
      resolve(database)
    }
  } catch (error) {
    fail(error)
  }
})
