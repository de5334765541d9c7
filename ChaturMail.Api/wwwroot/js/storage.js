// The browser's storage. Where it lets nobody use it, or has no room, what is put there is kept in memory: for as long as the page is open.

/** @type {Map<string, string>} */
const unkept = new Map()

/** @param {string} key @returns {string | null} */
export function read(key) {
  try {
    return unkept.get(key) ?? localStorage.getItem(key)
  } catch {
    return null
  }
}

/** Null takes it away. False when it outlives the page no more. @param {string} key @param {string | null} text */
export function write(key, text) {
  unkept.delete(key)
  try {
    if (text === null) localStorage.removeItem(key)
    else localStorage.setItem(key, text)
    return true
  } catch {
    if (text !== null) unkept.set(key, text)
    return false
  }
}

/** The keys that begin so. @param {string} beginning */
export function keys(beginning) {
  /** @type {string[]} */
  let stored = []
  try {
    stored = Object.keys(localStorage)
  } catch {
    // There are none.
  }
  return [...new Set([...stored, ...unkept.keys()])].filter(key => key.startsWith(beginning))
}
