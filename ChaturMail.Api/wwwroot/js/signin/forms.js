// Pieces of the forms around sign-in: fields that password managers know, and a form that tells what went wrong where it can be mended.

import { h, fill } from '../dom.js'
import { t } from '../texts.js'
import { ApiFailure } from '../api.js'
import { busy, button, errorText, field, icon } from '../ui.js'

/** @typedef {ReturnType<typeof field>} Field */

/** @param {string} value @param {'username' | 'email'} [autocomplete] */
export const emailField = (value, autocomplete = 'username') => field({
  label: t('signin.email'),
  control: h('input', { type: 'email', name: 'email', autocomplete, autocapitalize: 'none', spellcheck: 'false', maxlength: 320, required: true, value }),
})

/** A password that can be shown. @param {{ label: string, fresh?: boolean, name?: string }} what `fresh`: one that is chosen now */
export function passwordField({ label, fresh = false, name = 'password' }) {
  const control = h('input', {
    type: 'password', name, autocomplete: fresh ? 'new-password' : 'current-password', autocapitalize: 'none', spellcheck: 'false', maxlength: 128,
    minlength: fresh ? 8 : null, required: true,
  })
  const element = field({ label, control, hint: fresh ? t('signin.passwordHint') : undefined })
  const show = button({ label: t('signin.show'), kind: 'quiet', 'aria-label': t('signin.showPassword'), 'aria-pressed': 'false', 'aria-controls': control.id, onclick: () => {
    const shown = control.type === 'password'
    control.type = shown ? 'text' : 'password'
    show.setAttribute('aria-pressed', String(shown))
  } })
  const together = h('div', { class: 'secret' })
  control.before(together)
  together.append(control, show)
  return element
}

/** A code of six digits, or with `recovery` a recovery code too. @param {{ label?: string, hint?: string, recovery?: boolean, name?: string }} [what] */
export const codeField = ({ label = t('signin.code'), hint, recovery = false, name = 'code' } = {}) => field({
  label, hint,
  control: h('input', {
    class: 'code', name, autocomplete: recovery ? 'off' : 'one-time-code', inputmode: recovery ? null : 'numeric', autocapitalize: recovery ? 'characters' : 'none',
    spellcheck: 'false', maxlength: 32, required: true,
  }),
})

/** A code as it was meant: pasted with blanks, say. @param {Field} from */
export const codeOf = from => from.control.value.replace(/\s/g, '')

/**
 * A form with a button that sends it. Fields are checked before; a failure is told in the field that is to blame, else above the button.
 * @param {{ fields: Field[] | (() => Field[]), label: string, send: () => Promise<unknown>, blame?: Record<string, Field | (() => Field)>,
 *   content?: import('../dom.js').Child, more?: import('../dom.js').Child }} what
 * `content`: what it shows in the place of its fields alone. `more`: beside the button.
 * @returns {HTMLFormElement}
 */
export function form({ fields, label, send, blame = {}, content, more }) {
  const list = () => typeof fields === 'function' ? fields() : fields
  const failure = h('div', { role: 'alert' })
  const go = button({ label, kind: 'primary', type: 'submit' })
  const element = h('form', { novalidate: true, method: 'post' }, content ?? list(), failure, h('div', { class: 'buttons' }, go, more))
  element.addEventListener('submit', (/** @type {Event} */ event) => {
    event.preventDefault()
    if (go.getAttribute('aria-busy') === 'true') return
    fill(failure)
    const wrong = list().filter(one => !isRight(one))
    if (wrong.length) return wrong[0].control.focus()
    busy(go, send()).catch(error => {
      if (error instanceof DOMException && error.name === 'AbortError') return
      if (!(error instanceof ApiFailure)) console.error(error)
      const to = blame[error.code]
      const blamed = typeof to === 'function' && !(to instanceof HTMLElement) ? /** @type {() => Field} */ (to)() : /** @type {Field | undefined} */ (to)
      if (!blamed) return fill(failure, h('p', { class: 'error' }, icon('warning'), ' ', errorText(error)))
      blamed.fail(errorText(error))
      blamed.control.focus()
      blamed.control.select()
    })
  })
  return element
}

/** @param {Field} one */
function isRight(one) {
  const { control } = one, { validity } = control
  if (control.hasAttribute('minlength') && control.value && control.value.length < control.minLength) one.fail(t('signin.passwordShort', { count: control.minLength }))
  else if (validity.valid) one.fail('')
  else one.fail(validity.typeMismatch ? t('signin.emailWrong') : t('signin.missing'))
  return control.getAttribute('aria-invalid') !== 'true'
}

/**
 * A button that sends another code, once the wait after the one before is over, which it shows.
 * @param {{ send: () => Promise<unknown>, wait: number, signal: AbortSignal, onfailure?: (error: unknown) => boolean | void }} what
 * `wait`: seconds until it can be used. `onfailure` gives true for a failure that it has dealt with.
 */
export function resend({ send, wait, signal, onfailure }) {
  const said = h('p', { class: 'hint', role: 'status' })
  let until = Date.now() + wait * 1000
  const control = button({ label: '', kind: 'quiet', icon: 'mail', onclick: () => until > Date.now() ? undefined : again() })
  const text = /** @type {HTMLElement} */ (control.querySelector('span'))
  async function again() {
    try {
      await send()
      until = Date.now() + 60_000
      fill(said, t('signin.sent'))
    } catch (error) {
      if (onfailure?.(error)) return
      if (error instanceof ApiFailure && error.retryAfter) until = Date.now() + error.retryAfter * 1000
      fill(said, errorText(error))
    }
  }
  const draw = () => {
    const left = Math.ceil((until - Date.now()) / 1000)
    text.textContent = left > 0 ? t('signin.resendIn', { count: left }) : t('signin.resend')
    if (control.getAttribute('aria-busy') !== 'true') control.setAttribute('aria-disabled', String(left > 0))
  }
  draw()
  const timer = setInterval(draw, 1000)
  signal.addEventListener('abort', () => clearInterval(timer))
  return h('div', { class: 'resend' }, control, said)
}
