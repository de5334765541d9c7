// How the account is kept safe: where it is signed in, its second factor, its password. Sections of the profile.

import { h, fill } from '../dom.js'
import { ago, date, has, t } from '../texts.js'
import { ApiFailure, call } from '../api.js'
import { currentSession, forgetUser, leave, stay } from '../session.js'
import { button, confirm, errorBox, notice, toast } from '../ui.js'
import { signInMethods } from '../signin/enter.js'
import { form, passwordField } from '../signin/forms.js'
import { factorSection } from './factor.js'

/** @typedef {{ id: string, device: string, loginMethod: string, createdOn: number, lastUsedOn: number, expiresOn: number, current: boolean }} Session */

/** The sections, each with a heading of the second level. @param {AbortSignal} signal @returns {Node[]} */
export function securitySections(signal) {
  const password = h('section', { class: 'security', hidden: true })
  const sessions = sessionsSection(signal, list => passwordSection(password, list, signal))
  return [sessions, factorSection(signal), password]
}

/** @param {AbortSignal} signal @param {(sessions: Session[]) => unknown} onread Told the list when it is read first */
function sessionsSection(signal, onread) {
  const body = h('div', null), heading = h('h2', { tabindex: -1 }, t('signin.sessions'))
  let first = true
  async function load() {
    if (first) fill(body, h('p', { class: 'muted', role: 'status' }, t('common.loading')))
    try {
      /** @type {Session[]} */
      const list = (await call('/auth/getSessions', {}, { signal })).payload ?? []
      fill(body, list.length ? h('ul', { class: 'list' }, list.map(one => sessionItem(one, load))) : h('p', null, t('signin.noSessions')), endButtons(list, load))
      if (first) onread(list)
      // What the focus was on is gone with the session that it ended.
      else heading.focus()
      first = false
    } catch (error) {
      if (!signal.aborted) fill(body, errorBox(error, load))
    }
  }
  load()
  return h('section', { class: 'security' }, heading, h('p', { class: 'muted' }, t('signin.sessionsWhy')), body)
}

/** @param {Session} one @param {() => Promise<void>} reload */
function sessionItem(one, reload) {
  // texts: signin.method.*
  const method = has(`signin.method.${one.loginMethod}`) ? t(`signin.method.${one.loginMethod}`) : one.loginMethod
  return h('li', { class: 'card session' },
    h('div', null,
      h('p', null, h('strong', null, one.device || t('signin.unknownDevice')), ' ', one.current ? h('span', { class: 'badge good' }, t('signin.thisDevice')) : null),
      h('p', { class: 'muted' }, t('signin.used', { when: ago(one.lastUsedOn), since: date(one.createdOn) }), method ? ` · ${method}` : null)),
    one.current ? null : button({
      label: t('signin.end'), 'aria-label': t('signin.endOf', { device: one.device || t('signin.unknownDevice') }),
      onclick: async () => { await end(one); toast(t('signin.ended')); await reload() },
    }))
}

/** @param {Session[]} list @param {() => Promise<void>} reload */
function endButtons(list, reload) {
  const others = list.filter(one => !one.current)
  return h('div', { class: 'buttons' },
    others.length && others.length < list.length ? button({ label: t('signin.endOthers'), onclick: async () => {
      if (!await confirm(t('signin.endOthers'), t('signin.endOthersWhy', { count: others.length }), t('signin.end'))) return
      for (const one of others) await end(one)
      toast(t('signin.endedOthers'))
      await reload()
    } }) : null,
    button({ label: t('signin.endAll'), kind: 'danger', onclick: async () => {
      if (!await confirm(t('signin.endAll'), t('signin.endAllWhy'), t('signin.endAll'))) return
      const token = leave()
      try {
        await call('/auth/logout', { all: true }, { token })
      } catch (error) {
        stay(token)
        throw error
      }
      history.replaceState(null, '', '#/signin')
      await forgetUser()
    } }))
}

/** @param {Session} one */
async function end(one) {
  await call('/auth/endSession', { id: one.id }).catch(error => {
    // It ended by itself in the meantime: that is what was wanted.
    if (!(error instanceof ApiFailure && error.code === 'session_not_found')) throw error
  })
}

/**
 * Shown to those who signed in with a password that this server keeps.
 * @param {HTMLElement} section @param {Session[]} sessions @param {AbortSignal} signal
 */
async function passwordSection(section, sessions, signal) {
  const methods = await signInMethods().catch(() => null)
  if (signal.aborted || !methods?.password || sessions.find(one => one.current)?.loginMethod !== 'password') return
  const draw = () => {
    const current = passwordField({ label: t('signin.passwordCurrent'), name: 'current' }), fresh = passwordField({ label: t('signin.passwordNew'), fresh: true, name: 'new' })
    fill(section, h('h2', null, t('signin.passwordTitle')), h('p', { class: 'muted' }, t('signin.passwordWhy')), form({
      content: [h('input', { type: 'email', name: 'email', autocomplete: 'username', value: currentSession()?.email, hidden: true }), current, fresh],
      fields: [current, fresh], label: t('signin.passwordSubmit'), blame: { invalid_credentials: current, weak_password: fresh },
      send: async () => {
        try {
          await call('/auth/changePassword', { currentPassword: current.control.value, newPassword: fresh.control.value }, { signal })
        } catch (error) {
          // The account is Firebase's.
          if (!(error instanceof ApiFailure) || !['bad_request', 'not_found'].includes(error.code)) throw error
          return void fill(section, h('h2', null, t('signin.passwordTitle')), notice(t('signin.passwordElsewhere')))
        }
        toast(t('signin.passwordChanged'))
        draw()
      },
    }))
  }
  draw()
  section.hidden = false
}
