// What the server tells at once (docs/api.md, Real time).

/** Dispatches `CustomEvent(type, { detail: data })` for each update. */
export const liveEvents = new EventTarget()
