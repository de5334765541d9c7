// Asks again and again while somebody looks.

// Milliseconds
const EVERY = 3_000, LONGEST = 60_000

/**
 * Asks now, and then again and again while the page is seen: after a failure later and later.
 * @param {AbortSignal} signal
 * @param {() => Promise<void>} ask
 * @param {(error: unknown, wait: number) => void} tell Called after each time; without an error when it went well. `wait` in milliseconds.
 */
export function polling(signal, ask, tell) {
  let failed = 0, paused = false, asking = false
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  const now = async () => {
    clearTimeout(timer)
    if (asking || signal.aborted) return
    asking = true
    let wait = EVERY
    try {
      await ask()
      failed = 0
      tell(null, wait)
    } catch (error) {
      if (signal.aborted) return
      wait = Math.max(Math.min(LONGEST, EVERY * 2 ** ++failed), 1000 * (/** @type {any} */ (error).retryAfter ?? 0))
      tell(error, wait)
    } finally {
      asking = false
    }
    if (!paused && !document.hidden && !signal.aborted) timer = setTimeout(now, wait)
  }
  document.addEventListener('visibilitychange', () => { if (document.hidden) clearTimeout(timer); else if (!paused) now() }, { signal })
  signal.addEventListener('abort', () => clearTimeout(timer))
  return {
    now, paused: () => paused, pause: (/** @type {boolean} */ to) => {
      paused = to
      if (paused) clearTimeout(timer)
      else now()
    },
  }
}
