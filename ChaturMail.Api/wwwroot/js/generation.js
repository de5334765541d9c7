// Has emails written, and reads along. A generation that is under way is kept on the device until its end is known: after a reload, a lost connection or
// another sign-in it is taken up again, and never paid for twice.

import { ApiFailure, call, stream } from './api.js'
import { saveEmails } from './offline.js'
import { keep, kept } from './session.js'

/** @typedef {import('./email/email.js').Email} Email */
/** @typedef {{ emails: Email[], message: string }} Generated */

/**
 * Where a generation stands. `sending`: the server has not said yet that it took it. `queued`: it has, the coins are reserved. `writing`: text comes. `checking`: text came,
 * and none for a while; it is completed and checked. `again`: the model begins anew. `lost`: the connection is gone, and is tried again. `done`.
 * @typedef {'sending' | 'queued' | 'writing' | 'checking' | 'again' | 'lost' | 'done'} State
 */

/**
 * @typedef {object} Callbacks
 * @property {AbortSignal} [signal] Ends the reading, not the writing: the promise is rejected with the signal's reason. With the reason STOPPED it is not taken up again either.
 * @property {(id: string) => void} [onaccepted] The email is paid for and will be in the history under this id. Not called for variants, whose ids come late.
 * @property {(text: string) => void} [ontext] The whole preview so far; '' when the model begins anew.
 * @property {(state: State) => void} [onstate]
 */

/** @typedef {{ key: string, request: any, began: number, jobs: string[] }} Running `began` in milliseconds; `jobs` are the emails' ids, once they are known. */

/** The reason to abort with when the user does not want to read along any more. */
export const STOPPED = new DOMException('The user stopped reading.', 'AbortError')

// So long the connection is tried again without an answer, and so long an event is waited for: the server ends its answer by itself after 60 s.
const PATIENCE = 10 * 60_000, SILENCE = 90_000
const FIRST_WAIT = 500, LONGEST_WAIT = 15_000
// The server keeps an Idempotency-Key for 24 hours: what was sent longer ago might be paid for again.
const RESENT_FOR = 23 * 3600_000
// Without a piece for so long, the text is taken for complete.
const PAUSE = 1_500
// Nothing was done, or it is not known what was: to be asked again with the same key.
const AGAIN = new Set(['offline', 'timeout', 'request_timeout', 'store_unavailable', 'request_cancelled'])

/**
 * Has an email written, or several variants of it; with an `id` another version of that email.
 * @param {any} request The body of generateEmail or regenerateEmail.
 * @param {Callbacks} [callbacks]
 * @returns {Promise<Generated>}
 * @throws {ApiFailure} It was refused or failed, and cost nothing. Or there was no connection for ten minutes (`offline`, …), or no session: it may go on being written, and
 * `resumed` takes it up.
 */
export function generate(request, callbacks = {}) {
  /** @type {Running} */
  const running = { key: randomKey(), request, began: Date.now(), jobs: [] }
  remember(running)
  return follow(running, callbacks)
}

/**
 * What was being written when the page was left, the latest first; null for nothing.
 * @param {(request: any) => boolean} [mine] Which requests are meant; all unless told.
 * @returns {{ request: any, follow(callbacks?: Callbacks): Promise<Generated> } | null}
 */
export function resumed(mine = () => true) {
  const running = all().filter(one => mine(one.request)).at(-1)
  return running ? { request: running.request, follow: callbacks => follow(running, callbacks ?? {}) } : null
}

/**
 * Reads along with an email that is being written, from its beginning.
 * @param {string} id What `onaccepted` was told @param {any} request @param {Callbacks} [callbacks]
 */
export function takeUp(id, request, callbacks = {}) {
  /** @type {Running} */
  const running = { key: randomKey(), request, began: Date.now(), jobs: [id] }
  remember(running)
  return follow(running, callbacks)
}

/** @param {Running} running @param {Callbacks} callbacks @returns {Promise<Generated>} */
async function follow(running, callbacks) {
  const { signal, onstate } = callbacks
  try {
    onstate?.(running.jobs.length ? 'queued' : 'sending')
    const several = running.jobs.length > 1 || running.request.variants > 1
    const generated = several ? await readSeveral(running, callbacks) : await readOne(running, callbacks)
    // What is saved is shown without a connection too.
    await saveEmails(generated.emails)
    forget(running)
    onstate?.('done')
    return generated
  } catch (error) {
    const ended = signal?.aborted ? signal.reason === STOPPED : !mayGoOn(error, running.jobs.length > 0)
    if (ended) forget(running)
    throw signal?.aborted ? signal.reason : error
  }
}

/** @param {Running} running @param {Callbacks} callbacks @returns {Promise<Generated>} */
async function readOne(running, callbacks) {
  const { key, request } = running
  // After a reload the text is read from its beginning.
  const reader = new Reader(callbacks, running.jobs[0] ? `${running.jobs[0]}:0` : '', id => {
    running.jobs = [id]
    remember(running)
    callbacks.onaccepted?.(id)
  })
  if (running.jobs[0]) callbacks.onaccepted?.(running.jobs[0])
  // One stream carries one email, and does not want to be told.
  const { variants, ...body } = request
  return reader.read(last => last ? [{}, undefined] : [body, key])
}

/** Variants come together; those that take long are followed one by one. @param {Running} running @param {Callbacks} callbacks @returns {Promise<Generated>} */
async function readSeveral(running, { signal, onstate }) {
  if (!running.jobs.length) {
    const { key, request } = running
    const path = request.id ? '/email/regenerateEmail' : '/email/generateEmail'
    const answer = await persist({ signal, onstate }, () => false, () => call(path, request, { signal, idempotencyKey: key, timeout: SILENCE }))
    const items = answer.payload ?? []
    if (items.every(item => typeof item.generatedEmail === 'string')) return { emails: items, message: answer.message }
    running.jobs = items.map(item => item.id)
    remember(running)
    onstate?.('queued')
  }
  const quiet = { signal, onstate: (/** @type {State} */ state) => { if (state === 'lost') onstate?.(state) } }
  const ends = await Promise.allSettled(running.jobs.map(id => new Reader(quiet, `${id}:0`).read(() => [{}, undefined])))
  const emails = ends.flatMap(end => end.status === 'fulfilled' ? end.value.emails : [])
  const failed = ends.filter(end => end.status === 'rejected').map(end => end.reason)
  const unknown = failed.find(error => mayGoOn(error, true))
  if (unknown) throw unknown
  if (!emails.length) throw failed[0]
  return { emails, message: ends.flatMap(end => end.status === 'fulfilled' ? [end.value.message] : []).at(-1) ?? '' }
}

/** Reads the stream of one email, over as many connections as it takes. */
class Reader {
  /** @param {Callbacks} callbacks @param {string} last The id of the last event that was read; '' before the first @param {(id: string) => void} [accepted] */
  constructor(callbacks, last, accepted) {
    this.callbacks = callbacks
    this.last = last
    this.accepted = accepted
    this.text = ''
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.pause = undefined
  }

  /** @param {(last: string) => [object, string | undefined]} ask The body and the Idempotency-Key to go on with @returns {Promise<Generated>} */
  async read(ask) {
    const { signal, onstate } = this.callbacks
    try {
      for (;;) {
        const generated = await persist({ signal, onstate }, () => this.last !== '', heard => this.connect(ask, heard))
        if (generated) return generated
        // `pending`: the server goes on writing and ends its answer. It may be stopping: not at once.
        await sleep(FIRST_WAIT, signal)
      }
    } finally {
      clearTimeout(this.pause)
    }
  }

  /**
   * One connection. Gives null when the email is not ready at its end.
   * @param {(last: string) => [object, string | undefined]} ask @param {() => void} heard @returns {Promise<Generated | null>}
   */
  async connect(ask, heard) {
    const { signal } = this.callbacks
    const [body, idempotencyKey] = ask(this.last)
    const silence = new AbortController()
    let timer = setTimeout(() => silence.abort(), SILENCE)
    try {
      for await (const { id, event, data } of stream('/email/streamEmail', body,
        { signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal, idempotencyKey, lastEventId: this.last })) {
        heard()
        clearTimeout(timer)
        timer = setTimeout(() => silence.abort(), SILENCE)
        if (id) this.last = id
        if (event === 'email') return { emails: data.payload, message: data.message }
        if (event === 'error') throw new ApiFailure(data.code ?? 'generation_failed', data.message)
        if (event === 'pending') return null
        this.piece(event, data)
      }
    } catch (error) {
      if (!silence.signal.aborted || signal?.aborted) throw error
    } finally {
      clearTimeout(timer)
    }
    throw new ApiFailure('offline', 'The connection was lost.')
  }

  /** @param {string} event @param {any} data */
  piece(event, data) {
    const { ontext, onstate } = this.callbacks
    clearTimeout(this.pause)
    if (event === 'accepted') {
      this.accepted?.(data.id)
      onstate?.('queued')
    } else if (event === 'restart') {
      this.text = ''
      ontext?.('')
      onstate?.('again')
    } else if (event === 'delta') {
      this.text += data.text
      ontext?.(this.text)
      onstate?.('writing')
      this.pause = setTimeout(() => onstate?.('checking'), PAUSE)
    }
  }
}

/**
 * Does something again, with growing pauses, as long as it fails for want of a connection and has not failed for ten minutes on end.
 * @template T
 * @param {Callbacks} callbacks
 * @param {() => boolean} accepted
 * @param {(heard: () => void) => Promise<T>} attempt Tells by `heard` that there is a connection.
 * @returns {Promise<T>}
 */
async function persist({ signal, onstate }, accepted, attempt) {
  let failedSince = 0, wait = FIRST_WAIT
  for (;;) {
    try {
      return await attempt(() => { failedSince = 0; wait = FIRST_WAIT })
    } catch (error) {
      failedSince ||= Date.now()
      if (signal?.aborted || !isPassing(error, accepted()) || Date.now() - failedSince > PATIENCE) throw error
      onstate?.('lost')
      const { retryAfter = 0 } = /** @type {ApiFailure} */ (error)
      await sleep(Math.max(retryAfter * 1000, wait * (0.75 + Math.random() / 2)), signal)
      wait = Math.min(wait * 2, LONGEST_WAIT)
    }
  }
}

/** Whether it may be tried again. What was accepted is there, however busy the server is. @param {unknown} error @param {boolean} accepted */
const isPassing = (error, accepted) => error instanceof ApiFailure && (AGAIN.has(error.code) || accepted && (error.status === 429 || error.status === 503))

/** Whether the end of a generation that failed so is not known. Who signs in again finds it. @param {unknown} error @param {boolean} accepted */
const mayGoOn = (error, accepted) => isPassing(error, accepted) || error instanceof ApiFailure && error.code === 'not_authenticated'

/** Waits so many milliseconds, or until there is a connection again. @param {number} time @param {AbortSignal} [signal] @returns {Promise<void>} */
function sleep(time, signal) {
  return new Promise((resolve, reject) => {
    const over = new AbortController()
    const timer = setTimeout(() => { over.abort(); resolve() }, time)
    const end = (/** @type {() => void} */ how) => () => { clearTimeout(timer); over.abort(); how() }
    addEventListener('online', end(resolve), { signal: over.signal })
    signal?.addEventListener('abort', end(() => reject(signal.reason)), { signal: over.signal })
    if (signal?.aborted) end(() => reject(signal.reason))()
  })
}

/** @returns {Running[]} */
const all = () => kept('running', /** @type {Running[]} */ ([])).filter(one => one.jobs.length || Date.now() - one.began < RESENT_FOR)

/** @param {Running} running */
const remember = running => keep('running', [...all().filter(one => one.key !== running.key), running])

/** @param {Running} running */
function forget(running) {
  const others = all().filter(one => one.key !== running.key)
  keep('running', others.length ? others : null)
}

// crypto.randomUUID is for secure contexts alone; a server in a local network may be none.
const randomKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('')
