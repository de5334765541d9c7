// A sign-in that waits for a code: of an authenticator app, by email, or a recovery code.

import { h, fill } from '../dom.js'
import { t } from '../texts.js'
import { ApiFailure, call } from '../api.js'
import { confirmChallenge } from './enter.js'
import { codeField, codeOf, form, resend } from './forms.js'

/** @typedef {import('./enter.js').Challenge} Challenge */
/** @typedef {import('./forms.js').Field} Field */

/**
 * Asks for the code.
 * @param {import('../views/signin.js').Page} page
 * @param {Challenge} challenge
 * @param {boolean} address The address is to be confirmed; otherwise a second factor is asked for.
 */
export function challengeStep(page, challenge, address) {
  let method = challenge.methods[0]
  /** @type {Field} */
  let code
  const asked = h('div')
  // Where there is no app the code by email is on its way.
  const again = resend({
    send: () => call('/auth/resendChallenge', { challenge: challenge.challenge }, { open: true, signal: page.signal }),
    wait: challenge.methods.includes('totp') ? 0 : 60, signal: page.signal, onfailure: over,
  })
  const choose = (/** @type {Challenge['methods'][number]} */ to) => {
    method = to
    // texts: signin.code.*, signin.codeHint.*
    code = codeField({ label: t(`signin.code.${to}`), hint: t(`signin.codeHint.${to}`, { address: challenge.emailHint }), recovery: to === 'recovery' })
    fill(asked, code, to === 'email' ? again : null)
  }
  choose(method)
  const ways = challenge.methods.length > 1 ? h('fieldset', null, h('legend', null, t('signin.codeWay')), challenge.methods.map(one => h('label', { class: 'check' },
    h('input', { type: 'radio', name: 'method', value: one, checked: one === method, onchange: () => choose(one) }), t(`signin.way.${one}`)))) : null // texts: signin.way.*
  const typed = form({
    fields: () => [code], content: [ways, asked], label: t('signin.confirm'), blame: { invalid_code: () => code },
    send: async () => {
      try {
        await page.enter(await confirmChallenge(challenge.challenge, method, codeOf(code)))
      } catch (error) {
        if (!over(error)) throw error
      }
    },
    more: h('a', { class: 'button quiet', href: page.link(), onclick: (/** @type {Event} */ event) => { event.preventDefault(); page.start() } }, t('signin.back')),
  })
  page.show(t(address ? 'signin.addressTitle' : 'signin.codeTitle'), h('p', null, t(address ? 'signin.addressWhy' : 'signin.codeWhy')), typed)

  /** @param {unknown} error */
  function over(error) {
    if (!(error instanceof ApiFailure) || error.code !== 'challenge_expired') return false
    page.start(t('error.challenge_expired'))
    return true
  }
}
