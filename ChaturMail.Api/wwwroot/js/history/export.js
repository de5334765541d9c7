// Emails as a file: to read, for programs, for spreadsheets.

import { h, fill } from '../dom.js'
import { dateTime, t } from '../texts.js'
import { listEmails, KEPT_EMAILS } from '../offline.js'
import { button, dialog, errorBox, toast } from '../ui.js'
import { hiddenEmails } from './deleting.js'
import { readPage } from './pages.js'
import { templates } from './templates.js'

/** @typedef {import('../email/email.js').Email} Email */
/** @typedef {Map<string, import('./templates.js').Template>} Templates */

const PAGE = 100
const COLUMNS = ['id', 'createdOn', 'editedOn', 'version', 'template', 'subject', 'toEmailId', 'keywords', 'generatedEmail']

// texts: history.format.*
/** @type {Record<string, { type: string, write: (emails: Email[], templates: Templates) => string }>} */
const FORMATS = {
  txt: { type: 'text/plain', write: asText },
  csv: { type: 'text/csv', write: asCsv },
  json: { type: 'application/json', write: emails => JSON.stringify(emails, null, 2) + '\n' },
}

/** Emails to be read, with what they are about above each. @param {Email[]} emails */
function asText(emails) {
  return emails.map(email => [
    `${t('history.export.subject')}: ${email.subject}`, `${t('history.export.to')}: ${email.toEmailId}`,
    `${t('history.export.written')}: ${dateTime(email.createdOn)}`, '', email.generatedEmail,
  ].join('\n')).join(`\n\n${'-'.repeat(72)}\n\n`) + '\n'
}

/** Emails as a table (RFC 4180), with a byte order mark, by which spreadsheets know UTF-8. @param {Email[]} emails @param {Templates} known */
function asCsv(emails, known) {
  const rows = emails.map(email => ({
    ...email, createdOn: time(email.createdOn), editedOn: time(email.editedOn), version: email.version ?? 1, template: known.get(email.promptId)?.title ?? email.promptId,
  }))
  return '\ufeff' + [COLUMNS, ...rows.map(row => COLUMNS.map(column => /** @type {any} */ (row)[column]))].map(cells => cells.map(cell).join(',')).join('\r\n') + '\r\n'
}

/** @param {number | undefined} seconds */
const time = seconds => seconds ? new Date(seconds * 1000).toISOString() : ''

/** @param {unknown} value */
function cell(value) {
  let text = String(value ?? '')
  // A spreadsheet would take it for a formula: what a mail was made of may be somebody else's.
  if (/^[=+\-@\t\r]/.test(text)) text = `'${text}`
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/**
 * All emails that a search finds, page by page.
 * @param {string} search
 * @param {{ signal: AbortSignal, onread: (count: number) => void }} how
 * @returns {Promise<Email[]>}
 */
async function readAll(search, { signal, onread }) {
  /** @type {Email[]} */
  const all = []
  /** @type {string | undefined} */
  let cursor
  do {
    const page = await readPage({ search, cursor, limit: PAGE, signal })
    all.push(...page.emails)
    cursor = page.cursor
    onread(all.length)
  } while (cursor)
  return all
}

/**
 * Asks for a format and gives the file: of these emails, or without them of all that the search finds.
 * @param {{ emails?: Email[], search: string }} what
 */
export async function exportDialog({ emails, search }) {
  const stop = new AbortController()
  const progress = h('div', { role: 'status' })
  const formats = h('fieldset', null, h('legend', null, t('history.export.format')), Object.keys(FORMATS).map((name, i) => h('label', { class: 'check' },
    h('input', { type: 'radio', name: 'format', value: name, checked: i === 0 }), t(`history.format.${name}`))))
  const what = emails ? t('history.export.picked', { count: emails.length }) : search ? t('history.export.found', { search }) : t('history.export.all')
  const content = h('div', null, h('p', null, what), formats, progress)

  const file = await dialog(t('history.export.title'), content, close => {
    const read = () => emails ?? readAll(search, { signal: stop.signal, onread: show })
    return [button({ label: t('common.cancel'), onclick: () => close() }), button({ label: t('history.export.save'), icon: 'download', kind: 'primary', onclick: () => collect(read) })]

    /** @param {() => Email[] | Promise<Email[]>} read */
    async function collect(read) {
      if (!emails) show(0)
      try {
        const hidden = hiddenEmails(), all = (await read()).filter(email => !hidden.has(email.id))
        const format = content.querySelector('input:checked').value
        if (!stop.signal.aborted) close({ name: format, text: FORMATS[format].write(all, await templates()), count: all.length })
      } catch (error) {
        if (stop.signal.aborted) return
        fill(progress, errorBox(error), button({ label: t('history.export.kept'), onclick: () => collect(() => listEmails({ limit: KEPT_EMAILS, search })) }))
      }
    }
  })
  stop.abort()
  if (!file) return
  save(`chaturmail-${new Date().toISOString().slice(0, 10)}.${file.name}`, new Blob([file.text], { type: `${FORMATS[file.name].type};charset=utf-8` }))
  toast(t('history.export.saved', { count: file.count }))

  /** @param {number} count */
  function show(count) {
    fill(progress, h('p', null, t('history.export.read', { count })), h('progress', { 'aria-label': t('history.export.title') }))
  }
}

/** @param {string} name @param {Blob} blob */
function save(name, blob) {
  const address = URL.createObjectURL(blob)
  h('a', { href: address, download: name }).click()
  // The browser reads it when it gets to it.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
