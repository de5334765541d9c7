// The second factor: an authenticator app, codes by email, recovery codes (docs/api.md, Second factor).

import { h, fill } from '../dom.js'
import { t } from '../texts.js'
import { ApiFailure, call, callOne } from '../api.js'
import { button, dialog, errorBox, icon, notice, toast } from '../ui.js'
import { codeField, codeOf, form, resend } from '../signin/forms.js'

/** @typedef {{ totp: boolean, email: boolean, required: boolean, recoveryCodesLeft: number, emailHint: string }} Factor */

const FEW = 3

/** @param {AbortSignal} signal */
export function factorSection(signal) {
  const heading = h('h2', { tabindex: -1 }, t('signin.factor'))
  const body = h('div', null, h('p', { class: 'muted', role: 'status' }, t('common.loading')))
  /** @type {Steps} */
  const steps = {
    signal,
    show(...content) {
      fill(body, ...content)
      const first = /** @type {HTMLElement | null} */ (body.querySelector('input, [tabindex]'))
      ;(first ?? heading).focus()
    },
    // Where the focus was may be gone with what it was on.
    async overview(quietly = false) {
      try {
        const factor = /** @type {Factor} */ (await callOne('/auth/getSecondFactor', {}, { signal }))
        fill(body, ...overview(factor, steps))
        if (!quietly) heading.focus()
      } catch (error) {
        if (!signal.aborted) fill(body, errorBox(error, () => steps.overview()))
      }
    },
  }
  steps.overview(true)
  return h('section', { class: 'security' }, heading, h('p', { class: 'muted' }, t('signin.factorWhy')), body)
}

/** @typedef {{ signal: AbortSignal, show: (...content: import('../dom.js').Child[]) => void, overview: (quietly?: boolean) => Promise<void> }} Steps */

/** @param {Factor} factor @param {Steps} steps @returns {Node[]} */
function overview(factor, steps) {
  const on = factor.totp || factor.email, left = factor.recoveryCodesLeft
  const state = (/** @type {boolean} */ is) => h('span', { class: ['badge', is && 'good'] }, is ? icon('check') : null, t(is ? 'signin.on' : 'signin.off'))
  return [
    factor.required && !on ? notice(t('signin.factorRequired')) : null,
    h('ul', { class: 'list' },
      item('totp', state(factor.totp), t('signin.totpWhy'), button({ label: t(factor.totp ? 'signin.totpOther' : 'signin.totpSetUp'), onclick: async () => {
        const made = await proved('/auth/enrolTotp', {}, steps.signal)
        if (made) enrolStep(made, steps)
      } })),
      item('email', state(factor.email), t('signin.emailWhy', { address: factor.emailHint }), factor.email ? null : button({ label: t('signin.emailSetUp'), onclick: async () => {
        const sent = await proved('/auth/enableEmailFactor', {}, steps.signal)
        if (sent) emailStep(sent.emailHint ?? factor.emailHint, steps)
      } })),
      on ? item('recovery', h('span', { class: ['badge', left < FEW && 'bad'] }, t('signin.recoveryLeft', { count: left })), t('signin.recoveryWhy'),
        button({ label: t('signin.recoveryRenew'), onclick: async () => {
          const made = await proved('/auth/renewRecoveryCodes', {}, steps.signal)
          if (made) recoveryStep(made.recoveryCodes, steps)
        } })) : null),
    on && !factor.required ? h('div', { class: 'buttons' }, button({ label: t('signin.turnOff'), kind: 'danger', onclick: async () => {
      if (!await proved('/auth/disableSecondFactor', {}, steps.signal, t('signin.turnOff'))) return
      toast(t('signin.turnedOff'))
      await steps.overview()
    } })) : null,
  ].filter(part => part !== null)
}

// texts: signin.way.*
/** @param {string} way @param {Node} state @param {string} why @param {Node | null} control */
const item = (way, state, why, control) => h('li', { class: 'card factor' },
  h('div', null, h('p', null, h('strong', null, t(`signin.way.${way}`)), ' ', state), h('p', { class: 'muted' }, why)), control)

/** @param {{ secret: string, otpauthUri: string, qrSvg: string }} made @param {Steps} steps */
function enrolStep({ secret, otpauthUri, qrSvg }, steps) {
  const code = codeField({ hint: t('signin.totpCodeHint') })
  steps.show(h('div', { class: 'card' },
    h('h3', null, t('signin.totpSetUp')),
    h('p', null, t('signin.totpScan')),
    h('img', { class: 'qr', src: `data:image/svg+xml,${encodeURIComponent(qrSvg)}`, alt: t('signin.qr'), width: 220, height: 220 }),
    h('p', null, h('a', { href: otpauthUri }, t('signin.totpOpen'))),
    h('p', null, t('signin.totpType')),
    h('p', { class: 'secret-text' }, h('code', null, secret.match(/.{1,4}/g)?.join(' ')),
      button({ label: t('signin.copySecret'), icon: 'copy', kind: 'quiet', iconOnly: true, onclick: () => copy(secret) })),
    form({
      fields: [code], label: t('signin.totpOn'), blame: { invalid_code: code },
      send: async () => recoveryStep((await callOne('/auth/confirmTotp', { code: codeOf(code) }, { signal: steps.signal })).recoveryCodes, steps, t('signin.totpIsOn')),
      more: cancel(steps),
    })))
}

/** @param {string} address @param {Steps} steps */
function emailStep(address, steps) {
  const code = codeField({ hint: t('signin.codeHint.email', { address }) })
  steps.show(h('div', { class: 'card' }, h('h3', null, t('signin.emailSetUp')), form({
    fields: [code], label: t('signin.emailOn'), blame: { invalid_code: code },
    send: async () => {
      await call('/auth/enableEmailFactor', { emailCode: codeOf(code) }, { signal: steps.signal })
      toast(t('signin.emailIsOn'))
      await steps.overview()
    },
    more: cancel(steps),
  }), resend({ send: () => proved('/auth/enableEmailFactor', {}, steps.signal), wait: 60, signal: steps.signal })))
}

/** Shows codes that are never shown again, until the user says that they have them. @param {string[]} codes @param {Steps} steps @param {string} [said] */
function recoveryStep(codes, steps, said) {
  const text = codes.join('\n')
  steps.show(
    said ? notice(said, 'good') : null,
    h('div', { class: 'card recovery' },
      h('h3', { tabindex: -1 }, t('signin.recoveryTitle')), h('p', null, t('signin.recoveryKeep')),
      h('ol', { class: 'codes' }, codes.map(code => h('li', null, h('code', null, code)))),
      h('div', { class: 'buttons' },
        button({ label: t('signin.copy'), icon: 'copy', onclick: () => copy(text) }),
        button({ label: t('signin.download'), icon: 'download', onclick: () => download(`${t('signin.recoveryTitle')} · ChaturMail\n\n${text}\n`) }),
        button({ label: t('signin.print'), onclick: () => print() })),
      h('div', { class: 'buttons' }, button({ label: t('signin.recoveryKept'), kind: 'primary', onclick: () => steps.overview() }))))
}

/** @param {Steps} steps */
const cancel = steps => button({ label: t('common.cancel'), kind: 'quiet', onclick: () => steps.overview() })

/** @param {string} text */
async function copy(text) {
  await navigator.clipboard.writeText(text)
  toast(t('common.copied'))
}

/** @param {string} text */
function download(text) {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  h('a', { href: address, download: 'chaturmail-recovery-codes.txt' }).click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

/**
 * Calls what only somebody may who shows the second factor that is on, and asks for a code of it where it is wanted. Gives the answer's item, true where it has
 * none, and undefined when the user gave up.
 * @param {string} path @param {object} body @param {AbortSignal} signal @param {string} [title]
 */
async function proved(path, body, signal, title = t('signin.proveTitle')) {
  try {
    return await callOne(path, body, { signal }) ?? true
  } catch (error) {
    if (!(error instanceof ApiFailure) || error.code !== 'code_required') throw error
  }
  const code = codeField({ label: t('signin.proveCode'), hint: t('signin.proveHint'), recovery: true })
  /** @type {(value?: any) => void} */
  let end = () => {}
  return dialog(title, form({
    fields: [code], label: t('signin.confirm'), blame: { invalid_code: code },
    send: async () => end(await callOne(path, { ...body, code: codeOf(code) }, { signal }) ?? true),
    more: button({ label: t('common.cancel'), kind: 'quiet', onclick: () => end() }),
  }), close => { end = close; return null })
}
