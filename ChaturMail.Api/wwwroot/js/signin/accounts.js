// Accounts with a password: signing in, registering, another password for one that is forgotten. Firebase's, and those that this server keeps.

import { h } from '../dom.js'
import { t } from '../texts.js'
import { ApiFailure, call } from '../api.js'
import { field, notice, toast } from '../ui.js'
import { exchange, signInHere } from './enter.js'
import { resetPassword, signIn, signUp } from './firebase.js'
import { codeField, codeOf, emailField, form, passwordField, resend } from './forms.js'

/** @typedef {import('../views/signin.js').Page} Page */
/** @typedef {'firebase' | 'local'} Keeper Who keeps the account */

/** The form to sign in. @param {Page} page @param {Keeper} keeper */
export function passwordForm(page, keeper) {
  const email = emailField(page.address), password = passwordField({ label: t('signin.password') })
  return h('div', null,
    form({
      fields: [email, password], label: t('signin.submit'),
      send: async () => {
        const [address, secret] = [page.address = email.control.value.trim(), password.control.value]
        if (keeper === 'firebase') return page.enter(await exchange(await signIn(page.firebase, address, secret), address, 'password'))
        try {
          await page.enter(await signInHere(address, secret))
        } catch (error) {
          if (!(error instanceof ApiFailure) || error.code !== 'email_not_verified') throw error
          // The code of the registration may be long over.
          await call('/auth/resendVerification', { email: address }, { open: true, signal: page.signal }).catch(() => {})
          verifyStep(page, address, secret)
        }
      },
    }),
    h('p', { class: 'ways' }, h('a', { href: page.link('register', keeper) }, t('signin.register')), h('a', { href: page.link('forgot', keeper) }, t('signin.forgot'))))
}

/** @param {Page} page @param {Keeper} keeper */
export function registerStep(page, keeper) {
  const email = emailField(page.address), password = passwordField({ label: t('signin.passwordNew'), fresh: true })
  const name = field({ label: t('signin.name'), optional: true, control: h('input', { name: 'name', autocomplete: 'name', maxlength: 80 }) })
  page.show(t('signin.registerTitle'), form({
    fields: keeper === 'local' ? [name, email, password] : [email, password], label: t('signin.registerSubmit'), blame: { weak_password: password },
    send: async () => {
      const [address, secret] = [page.address = email.control.value.trim(), password.control.value]
      if (keeper === 'firebase') {
        const idToken = await signUp(page.firebase, address, secret)
        toast(t('signin.verificationSent', { address }))
        return page.enter(await exchange(idToken, address, 'password'))
      }
      await call('/auth/register', { email: address, password: secret, ...(name.control.value.trim() && { name: name.control.value.trim() }) }, { open: true, signal: page.signal })
      verifyStep(page, address, secret)
    },
  }), back(page))
}

/** Asks for the code that finishes a registration. @param {Page} page @param {string} email @param {string} password */
function verifyStep(page, email, password) {
  const code = codeField()
  page.show(t('signin.addressTitle'), h('p', null, t('signin.verifyWhy', { address: email })), form({
    fields: [code], label: t('signin.confirm'), blame: { invalid_code: code, invalid_field: code },
    send: async () => {
      await call('/auth/verifyEmail', { email, code: codeOf(code), password }, { open: true, signal: page.signal })
      await page.enter(await signInHere(email, password))
    },
  }), resend({ send: () => call('/auth/resendVerification', { email }, { open: true, signal: page.signal }), wait: 60, signal: page.signal }), back(page))
}

/** @param {Page} page @param {Keeper} keeper */
export function forgotStep(page, keeper) {
  const email = emailField(page.address)
  page.show(t('signin.forgotTitle'), h('p', null, t(keeper === 'firebase' ? 'signin.forgotLink' : 'signin.forgotCode')), form({
    fields: [email], label: t('signin.forgotSubmit'),
    send: async () => {
      const address = page.address = email.control.value.trim()
      if (keeper === 'local') {
        await call('/auth/requestPasswordReset', { email: address }, { open: true, signal: page.signal })
        return resetStep(page, address)
      }
      await resetPassword(page.firebase, address)
      page.show(t('signin.forgotTitle'), notice(t('signin.linkSent', { address }), 'good'), back(page))
    },
  }), back(page))
}

/** @param {Page} page @param {string} email */
function resetStep(page, email) {
  const code = codeField(), password = passwordField({ label: t('signin.passwordNew'), fresh: true })
  page.show(t('signin.resetTitle'), h('p', null, t('signin.resetWhy', { address: email })), form({
    // A password manager keeps the new password for this name.
    content: [h('input', { type: 'email', name: 'email', autocomplete: 'username', value: email, hidden: true }), code, password],
    fields: [code, password], label: t('signin.resetSubmit'), blame: { invalid_code: code, weak_password: password },
    send: async () => {
      await call('/auth/resetPassword', { email, code: codeOf(code), newPassword: password.control.value }, { open: true, signal: page.signal })
      await page.enter(await signInHere(email, password.control.value))
    },
  }), resend({ send: () => call('/auth/requestPasswordReset', { email }, { open: true, signal: page.signal }), wait: 60, signal: page.signal }), back(page))
}

/** @param {Page} page */
const back = page => h('p', { class: 'ways' },
  h('a', { href: page.link(), onclick: (/** @type {Event} */ event) => { event.preventDefault(); page.start() } }, t('signin.backToStart')))
