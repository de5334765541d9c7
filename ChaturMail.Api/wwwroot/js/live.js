// What others do, told at once: a client of the hub at /live (docs/api.md, Real time), in SignalR's JSON protocol. The socket only tells, and what cannot go over it
// goes by POST.

import { ApiFailure, call, callOne } from './api.js'
import { currentSession, sessionEvents } from './session.js'

/** Tells each update of the hub by its type, with its data as `detail`; `open` and `close` when the connection begins to tell and when it ends. */
export const liveEvents = new EventTarget()

const PATHS = {
  Send: '/message/sendMessage', Edit: '/message/editMessage', Delete: '/message/deleteMessage', Acknowledge: '/conversation/acknowledge',
  Typing: '/conversation/typing', Sync: '/conversation/sync', WatchPresence: '/live/getPresence',
}
// Each record of the protocol ends with it.
const END = '\u001e'
// The server is silent for 15 s at most, and takes a client for gone after 45 s.
const SILENCE = 40_000, OWN_SILENCE = 10_000, ANSWER = 15_000, FIRST_WAIT = 1_000, LONGEST_WAIT = 30_000
// Characters of a call, below the server's 32768 bytes whatever they are.
const LONGEST_CALL = 10_000

/** @type {WebSocket | null} */
let socket = null
let wanted = false, opening = false, told = false, failures = 0, timer = 0, heard = 0, said = 0, calls = 0
/** @type {Map<string, (answer: any) => void>} What is called is told its answer, or null when there will be none. */
const waiting = new Map()

/** Whether updates come at once. */
export const online = () => told

/** Connects and stays so, until the user is signed out. */
export function connect() {
  wanted = true
  open()
}

/**
 * Calls a method of the hub: over the socket, or where there is none, or where it breaks meanwhile, the route that the method mirrors.
 * @param {keyof typeof PATHS} method
 * @param {object} body
 * @returns {Promise<import('./api.js').Envelope>}
 * @throws {ApiFailure}
 */
export async function invoke(method, body) {
  const answer = await overSocket(method, body)
  if (!answer) return call(PATHS[method], body)
  if (answer.status === 1) return answer
  throw new ApiFailure(answer.code ?? 'bad_request', answer.message, { payload: answer.payload })
}

/** @param {string} target @param {object} body @returns {Promise<any>} The envelope, or null when there is none. */
function overSocket(target, body) {
  const invocationId = `${++calls}`, record = JSON.stringify({ type: 1, invocationId, target, arguments: [body] })
  if (!told || record.length > LONGEST_CALL) return Promise.resolve(null)
  return new Promise(resolve => {
    const end = (/** @type {any} */ answer) => { clearTimeout(limit); waiting.delete(invocationId); resolve(answer) }
    const limit = setTimeout(end, ANSWER, null)
    waiting.set(invocationId, end)
    say(record)
  })
}

async function open() {
  clearTimeout(timer)
  if (!wanted || socket || opening || !currentSession()) return
  opening = true
  try {
    const { ticket } = await callOne('/live/getTicket', {}, { timeout: ANSWER })
    if (wanted && currentSession()) begin(new WebSocket(`${location.origin.replace(/^http/, 'ws')}/live?ticket=${encodeURIComponent(ticket)}`))
  } catch (error) {
    if (error instanceof ApiFailure && error.code === 'account_disabled') wanted = false
    else later()
  } finally {
    opening = false
  }
}

/** @param {WebSocket} made */
function begin(made) {
  let unread = '', reason = ''
  socket = made
  heard = Date.now()
  made.onopen = () => say(JSON.stringify({ protocol: 'json', version: 1 }))
  made.onmessage = ({ data }) => {
    if (socket !== made) return
    heard = Date.now()
    const records = (unread + data).split(END)
    unread = records.pop() ?? ''
    for (const record of records) reason = take(JSON.parse(record)) ?? reason
    // A timer would not do for pings: those of pages in the background are held back for a minute.
    if (told && Date.now() - said > OWN_SILENCE) say('{"type":6}')
  }
  made.onclose = () => ended(made, reason)
}

/** @param {string} record */
function say(record) {
  said = Date.now()
  socket?.send(record + END)
}

/** @param {any} record @returns {string | undefined} Why the server closes the connection, where it does. */
function take({ type, arguments: given, invocationId, result, error }) {
  if (type === 1) {
    const [update] = given
    // The first update: from here on everything is told.
    if (update.type === 'resync' && !told) {
      told = true
      failures = 0
      liveEvents.dispatchEvent(new Event('open'))
    }
    liveEvents.dispatchEvent(new CustomEvent(update.type, { detail: update.data }))
  } else if (type === 3) waiting.get(invocationId)?.(error ? null : result)
  else if (type === 7) return error
}

/** @param {WebSocket} made @param {string} reason */
function ended(made, reason) {
  if (socket !== made) return
  socket = null
  told = false
  for (const end of [...waiting.values()]) end(null)
  liveEvents.dispatchEvent(new Event('close'))
  // Whether the session is over is said by the API.
  if (reason.includes('not_authenticated')) call('/user/getUserData').catch(() => {})
  if (reason.includes('account_disabled')) wanted = false
  // Another page of the user took the place: it is theirs until this one is looked at again.
  if (!reason.includes('too_many_connections')) later()
}

function later() {
  clearTimeout(timer)
  if (!wanted) return
  const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures++)
  // At random within that time: all who were connected to a server that ended come back.
  timer = setTimeout(open, wait * (0.25 + 0.75 * Math.random()))
}

function drop() {
  const made = socket
  made?.close()
  if (made) ended(made, '')
}

setInterval(() => { if (socket && Date.now() - heard > SILENCE) drop() }, 5_000)
addEventListener('online', () => open())
// The network says when it is gone sooner than silence does.
addEventListener('offline', drop)
document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') open() })
// This page is ending the session: the socket goes first.
sessionEvents.addEventListener('leave', drop)
sessionEvents.addEventListener('change', () => {
  if (currentSession()) return void open()
  wanted = false
  clearTimeout(timer)
  drop()
})
