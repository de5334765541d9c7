// Calls of the API (docs/api.md).

import { currentSession, sessionEnded, sessionSignal } from './session.js'

/** @typedef {{ status: 0 | 1, message: string, payload: any[] | null, code?: string, nextCursor?: string }} Envelope */

/** A call that failed. `code` is the API's, or `offline` when the server could not be reached, `timeout` when it did not answer in time. */
export class ApiFailure extends Error {
  /**
   * @param {string} code
   * @param {string} message The server's sentence, in English.
   * @param {{ status?: number, retryAfter?: number, payload?: any[] | null }} [more] `retryAfter` in seconds
   */
  constructor(code, message, { status = 0, retryAfter, payload = null } = {}) {
    super(message)
    this.code = code
    this.status = status
    this.retryAfter = retryAfter
    this.payload = payload
  }
}

/**
 * @typedef {object} CallOptions
 * @property {AbortSignal} [signal] Ends the waiting; the promise is rejected with an AbortError.
 * @property {string} [idempotencyKey]
 * @property {number} [timeout] Milliseconds; 30 s unless told.
 * @property {boolean} [keepalive] Lets the request outlive the page.
 * @property {boolean} [open] Sends no token. What needs one is not asked without.
 * @property {string} [token] Of a session that this page has left: to end it.
 */

/**
 * Asks the API. Gives the envelope of an answer with `status` 1.
 * @param {string} path
 * @param {object} [body]
 * @param {CallOptions} [options]
 * @returns {Promise<Envelope>}
 * @throws {ApiFailure}
 */
export async function call(path, body = {}, options = {}) {
  const answer = await send(path, body, options)
  const envelope = await read(answer)
  if (answer.ok && envelope.status === 1) return envelope
  throw failure(answer, envelope)
}

/**
 * @typedef {{ id: string, event: string, data: any }} StreamEvent
 */

/**
 * Asks for an answer that comes as server-sent events (WHATWG HTML, section 9.2) and gives them as they come. It ends when the stream does, also where that is
 * broken off; what the last event must be is for the caller to know.
 * @param {string} path
 * @param {object} body
 * @param {CallOptions & { lastEventId?: string }} [options]
 * @returns {AsyncGenerator<StreamEvent, void, void>}
 * @throws {ApiFailure}
 */
export async function* stream(path, body, options = {}) {
  const answer = await send(path, body, { timeout: 0, ...options }, options.lastEventId ? { 'Last-Event-ID': options.lastEventId } : {})
  if (!answer.ok || !answer.headers.get('Content-Type')?.startsWith('text/event-stream')) throw failure(answer, await read(answer))
  const reader = /** @type {ReadableStream<any>} */ (answer.body).pipeThrough(new TextDecoderStream()).getReader()
  let unread = '', id = '', event = '', data = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      unread += value
      const lines = unread.split('\n')
      unread = lines.pop() ?? ''
      for (const line of lines) {
        if (line === '') {
          if (event) yield { id, event, data: JSON.parse(data) }
          event = data = ''
        } else if (line.startsWith('id:')) id = line.slice(3).trim()
        else if (line.startsWith('event:')) event = line.slice(6).trim()
        else if (line.startsWith('data:')) data += line.slice(5).trim()
      }
    }
  } catch (error) {
    throw options.signal?.aborted ? error : new ApiFailure('offline', 'The connection was lost.')
  } finally {
    reader.cancel().catch(() => {})
  }
}

/**
 * Asks for an answer that is kept as a file, and reads it as it comes, without a limit of time.
 * @param {string} path
 * @param {object} body
 * @param {CallOptions & { onbytes?: (bytes: number) => void }} [options] `onbytes` is told how many have come so far.
 * @returns {Promise<{ blob: Blob, name: string }>} `name` as the server proposes it (RFC 6266), or ''.
 * @throws {ApiFailure} Also where the answer breaks off: half a file is none.
 */
export async function download(path, body, { onbytes, ...options } = {}) {
  const answer = await send(path, body, { timeout: 0, ...options })
  if (!answer.ok) throw failure(answer, await read(answer))
  const reader = /** @type {ReadableStream<any>} */ (answer.body).getReader()
  const parts = []
  let bytes = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      parts.push(value)
      onbytes?.(bytes += value.length)
    }
  } catch (error) {
    throw options.signal?.aborted ? error : new ApiFailure('offline', 'The connection was lost.')
  }
  return { blob: new Blob(parts, { type: answer.headers.get('Content-Type') ?? '' }), name: /filename="([\w.-]+)"/.exec(answer.headers.get('Content-Disposition') ?? '')?.[1] ?? '' }
}

/** The one item of an answer. @param {string} path @param {object} [body] @param {CallOptions} [options] */
export const callOne = async (path, body, options) => (await call(path, body, options)).payload?.[0]

/**
 * @param {string} path @param {object} body @param {CallOptions} options @param {Record<string, string>} [headers]
 * @returns {Promise<Response>}
 */
async function send(path, body, { signal, idempotencyKey, timeout = 30_000, keepalive, open, token: left }, headers = {}) {
  const token = open ? undefined : left ?? currentSession()?.token
  // The session ended a moment ago, and somebody has not heard of it yet: the server would say no more.
  if (!open && !token) throw new ApiFailure('not_authenticated', 'Nobody is signed in.', { status: 401 })
  const session = open || left ? undefined : sessionSignal()
  const limits = [signal, session, timeout > 0 ? AbortSignal.timeout(timeout) : undefined].filter(limit => limit !== undefined)
  try {
    const answer = await fetch(path, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json; charset=UTF-8',
        ...(token && { Authorization: `Bearer ${token}` }),
        ...(idempotencyKey && { 'Idempotency-Key': idempotencyKey }),
        ...headers,
      },
      body: JSON.stringify(body),
      cache: 'no-store',
      keepalive,
      signal: limits.length ? AbortSignal.any(limits) : undefined,
    })
    if (answer.status === 401 && token) sessionEnded(token)
    return answer
  } catch (error) {
    if (signal?.aborted) throw error
    if (session?.aborted) throw new ApiFailure('not_authenticated', 'The session has ended.', { status: 401 })
    throw error instanceof DOMException && error.name === 'TimeoutError'
      ? new ApiFailure('timeout', 'The server did not answer in time.') : new ApiFailure('offline', 'The server cannot be reached.')
  }
}

/** @param {Response} answer @returns {Promise<Envelope>} */
async function read(answer) {
  try {
    return await answer.json()
  } catch {
    // Not the API's: a proxy's page, or half an answer.
    return { status: 0, message: '', payload: null, code: answer.ok ? 'offline' : answer.status >= 500 ? 'store_unavailable' : 'bad_request' }
  }
}

/** @param {Response} answer @param {Envelope} envelope */
function failure(answer, envelope) {
  const wait = Number(answer.headers.get('Retry-After'))
  return new ApiFailure(envelope.code ?? 'bad_request', envelope.message, { status: answer.status, payload: envelope.payload, retryAfter: wait > 0 ? wait : undefined })
}
