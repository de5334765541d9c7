// Google's answer to a sign-in comes back in the address's fragment (OpenID Connect Core 1.0, section 3.2.2.5). It is taken out of the address and the history
// before anything else runs; the sign-in looks at it later. It stands in a file of its own because every start of the app loads it.

/** @type {URLSearchParams | null} */
let answer = null

/** Takes an answer out of the address, where there is one; the sign-in is shown then. */
export function takeReturn() {
  const fragment = new URLSearchParams(location.hash.slice(1))
  if (!fragment.has('state') || !fragment.has('id_token') && !fragment.has('error')) return
  answer = fragment
  history.replaceState(null, '', '/#/signin')
}

/** What was taken out of the address; null for nothing. It is given once. */
export function takenReturn() {
  const taken = answer
  answer = null
  return taken
}
