// What the server tells at once (docs/api.md, Real time).

/** Dispatches a `CustomEvent` of the update's type, with its data as `detail`. */
export const liveEvents = new EventTarget()
