// One user: what there is to know, and what an operator can change. Each change stands in the audit trail.

import { h, fill } from '../dom.js'
import { number, t } from '../texts.js'
import { ApiFailure, call, callOne } from '../api.js'
import { currentSession, keep, kept } from '../session.js'
import { button, confirm, dialog, errorBox, errorText, field, toast } from '../ui.js'
import { auditList } from './audit.js'
import { code, facts, randomId, when } from './pieces.js'
import { badges } from './users.js'

/** @typedef {import('./users.js').User} User */

/** @param {string} uid @param {AbortSignal} signal */
export function sheet(uid, signal) {
  const heading = h('h1', null, t('console.user'))
  const state = h('section', { class: 'card' }, h('p', { class: 'muted', role: 'status' }, t('common.loading')))
  const below = h('div', { class: 'console-below' })
  const trail = h('section')
  const drawTrail = () => fill(trail, h('h2', null, t('console.userTrail')), auditList(uid, signal))
  const read = async () => {
    try {
      const { user, sessions, lastSignInOn } = await callOne('/admin/getUser', { uid }, { signal })
      fill(heading, user.email || user.name || uid)
      draw(user, sessions, lastSignInOn)
      drawTrail()
      return user
    } catch (error) {
      if (!signal.aborted) fill(state, errorBox(error, error instanceof ApiFailure && error.code === 'user_not_found' ? undefined : read))
    }
  }
  const draw = (/** @type {User} */ user, /** @type {number} */ sessions, /** @type {number} */ lastSignInOn) => {
    const again = async (/** @type {string} */ text) => {
      toast(text)
      await read()
      // The button that was pressed has been replaced.
      heading.setAttribute('tabindex', '-1')
      heading.focus()
    }
    fill(state, h('div', { class: 'console-title' }, badges(user)), facts([
      [t('console.name'), user.name], [t('console.coins'), number(user.availableTokens)], [t('console.coinsSpent'), number(user.usedTokens)],
      [t('console.emails'), number(user.generatedEmailCount)], [t('console.sessions'), number(sessions)], [t('console.lastSignIn'), lastSignInOn ? when(lastSignInOn) : '–'],
      [t('console.since'), when(user.createdOn)], [t('console.uid'), code(user.uid)],
    ]), rights(user, again))
    // What is typed into the form for coins stays, whatever else is done.
    if (!below.firstChild) fill(below, coins(uid, read))
  }
  read()
  return [h('p', null, h('a', { href: '#/console/users' }, t('console.allUsers'))), heading, state, below, trail]
}

/** @param {User} user @param {(text: string) => Promise<void>} done */
function rights(user, done) {
  const { uid } = user
  if (uid === currentSession()?.uid) return h('p', { class: 'hint' }, t('console.ownAccount'))
  const setAdmin = async (/** @type {boolean} */ admin) => {
    const what = t(admin ? 'console.makeOperator' : 'console.endOperator')
    if (!await confirm(what, t(admin ? 'console.makeOperatorText' : 'console.endOperatorText'), what)) return
    await call('/admin/setAdmin', { uid, admin })
    await done(t(admin ? 'console.operatorMade' : 'console.operatorEnded'))
  }
  const enable = async () => {
    await call('/admin/enableUser', { uid })
    await done(t('console.enabled'))
  }
  return h('div', { class: 'buttons' },
    user.disabled ? button({ label: t('console.enable'), onclick: enable }) : button({ label: t('console.disable'), kind: 'danger', onclick: () => disable(uid, done) }),
    button({ label: t(user.isAdmin ? 'console.endOperator' : 'console.makeOperator'), onclick: () => setAdmin(!user.isAdmin) }))
}

/** Asks why, and stays open until it is done. @param {string} uid @param {(text: string) => Promise<void>} done */
async function disable(uid, done) {
  const reason = field({ label: t('console.why'), hint: t('console.whyHint'), control: h('input', { maxlength: 200, required: true, autocomplete: 'off' }) })
  const disabled = await dialog(t('console.disableTitle'), [h('p', null, t('console.disableText')), reason], close => [
    button({ label: t('common.cancel'), onclick: () => close(false) }),
    button({ label: t('console.disable'), kind: 'danger', onclick: async () => {
      const text = reason.control.value.trim()
      if (!text) {
        reason.fail(t('console.whyMissing'))
        reason.control.focus()
        return
      }
      try {
        await call('/admin/disableUser', { uid, reason: text })
        close(true)
      } catch (error) {
        reason.fail(errorText(error))
      }
    } }),
  ])
  if (disabled) await done(t('console.isDisabled'))
}

/**
 * Gives or takes coins. Until the server has answered, the request is kept with its Idempotency-Key: the same order given again, also after a reload, counts once.
 * @param {string} uid
 * @param {() => Promise<unknown>} done
 */
function coins(uid, done) {
  const name = `console.coins.${uid}`
  const waiting = () => kept(name, /** @type {{ coins: number, reason: string, key: string } | null} */ (null))
  const unanswered = waiting()
  const amount = field({ label: t('console.howMany'),
    control: h('input', { type: 'number', inputmode: 'numeric', min: 1, max: 1e9, step: 1, required: true, value: unanswered ? Math.abs(unanswered.coins) : '' }) })
  const direction = field({ label: t('console.direction'), control: h('select', { value: unanswered && unanswered.coins < 0 ? 'take' : 'give' },
    h('option', { value: 'give' }, t('console.give')), h('option', { value: 'take' }, t('console.take'))) })
  const reason = field({ label: t('console.why'), hint: t('console.coinsWhyHint'),
    control: h('input', { maxlength: 200, required: true, autocomplete: 'off', value: unanswered?.reason ?? '' }) })
  const result = h('div', { role: 'status' }, unanswered ? h('p', { class: 'notice' }, t('console.unanswered')) : null)
  const send = async () => {
    const number = Number(amount.control.value), why = reason.control.value.trim()
    if (!why) reason.fail(t('console.whyMissing'))
    if (!(Number.isInteger(number) && number >= 1 && number <= 1e9)) amount.fail(t('console.howManyLimit'))
    const wrong = [amount, reason].find(one => one.control.getAttribute('aria-invalid'))
    if (wrong) return wrong.control.focus()
    const request = { coins: direction.control.value === 'take' ? -number : number, reason: why }
    const before = waiting()
    const key = before?.coins === request.coins && before.reason === why ? before.key : randomId()
    keep(name, { ...request, key })
    try {
      const answer = await callOne('/admin/changeCoins', { uid, ...request }, { idempotencyKey: key })
      keep(name, null)
      amount.control.value = reason.control.value = ''
      fill(result, h('p', { class: 'notice good' }, t(answer.applied ? 'console.coinsChanged' : 'console.coinsBefore', { coins: answer.availableTokens })))
      await done()
    } catch (error) {
      // A refusal is an answer. Without one nobody knows whether it counted.
      const { status = 0, code: refused = '' } = error instanceof ApiFailure ? error : {}
      if (status >= 400 && status < 500) keep(name, null)
      fill(result, h('p', { class: 'notice bad' }, refused === 'insufficient_coins' ? t('console.tooFewCoins') : errorText(error)))
    }
  }
  const submit = button({ label: t('console.changeCoins'), kind: 'primary', onclick: send })
  const form = h('form', { class: 'card', novalidate: true, onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); submit.click() } },
    h('h2', null, t('console.changeCoins')), h('div', { class: 'columns' }, direction, amount), reason, result, submit)
  return form
}
