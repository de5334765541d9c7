// The account: who it is, how the app looks, what is kept where, and how it all goes.

import { h } from '../dom.js'
import { LANGUAGES, language, number, setLanguage, t } from '../texts.js'
import { account, accountEvents, readAccount, setTheme } from '../shell.js'
import { button, field } from '../ui.js'
import { part } from '../account/parts.js'
import { securitySections } from '../account/security.js'
import { exportPiece } from '../account/export.js'
import { avatarPart, preferencesPart } from '../account/preferences.js'
import { deviceSection } from '../account/device.js'
import { askToDelete } from '../account/erasure.js'

/** @param {import('../router.js').ViewContext} context */
export default function view({ root, signal }) {
  root.append(
    h('h1', null, t('nav.profile')),
    part(async () => { await readAccount(); return account }, who, signal),
    section('looks', looks()),
    section('preferences', preferencesPart(signal)),
    section('avatar', avatarPart(signal)),
    ...securitySections(signal),
    section('export', h('p', null, t('account.export.text')), exportPiece(signal)),
    section('device', h('p', null, t('account.device.text')), deviceSection(signal)),
    section('delete', h('p', null, t('account.delete.text')), button({ label: t('account.delete.start'), icon: 'delete', kind: 'danger', onclick: askToDelete })))
}

// texts: account.section.*
/** @param {string} name @param {...import('../dom.js').Child} content */
const section = (name, ...content) => h('section', { class: 'profile-section' }, h('h2', null, t(`account.section.${name}`)), h('div', { class: 'card' }, content))

/** @param {import('../shell.js').Account | null} me */
function who(me) {
  if (!me) return null
  return h('div', { class: 'card who-card' },
    // Not the picture of the sign-in's provider: that would be a request to somebody else's server.
    h('span', { class: 'initials', 'aria-hidden': 'true' }, initials(me.name || me.email)),
    h('div', { class: 'who-text' }, h('strong', null, me.name || me.email), me.name ? h('span', null, me.email) : null, h('span', { class: 'muted' }, t('account.from'))),
    h('dl', { class: 'figures' },
      figure(t('account.emails'), me.generatedEmailCount), figure(t('account.coins.balance'), me.availableTokens), figure(t('account.coins.spent'), me.usedTokens)))
}

/** @param {string} name @param {number} value */
const figure = (name, value) => h('div', { class: 'figure' }, h('dt', null, name), h('dd', null, number(value)))

/** The first letters of up to two words, as people see letters. @param {string} name */
function initials(name) {
  const letters = new Intl.Segmenter(language)
  return name.split('@')[0].split(/[\s._-]+/).filter(Boolean).slice(0, 2).map(word => [...letters.segment(word)][0]?.segment.toUpperCase() ?? '').join('')
}

function looks() {
  const theme = (/** @type {any} */ event) => {
    setTheme(event.target.value)
    // The menu shows the same choice.
    accountEvents.dispatchEvent(new Event('change'))
  }
  return h('div', { class: 'columns' },
    field({ label: t('nav.language'), control: h('select', { value: language, onchange: (/** @type {any} */ event) => setLanguage(event.target.value) },
      Object.entries(LANGUAGES).map(([tag, name]) => h('option', { value: tag, lang: tag }, name))) }),
    field({ label: t('nav.theme'), control: h('select', { value: document.documentElement.dataset.theme ?? '', onchange: theme },
      h('option', { value: '' }, t('theme.system')), h('option', { value: 'light' }, t('theme.light')), h('option', { value: 'dark' }, t('theme.dark'))) }))
}
