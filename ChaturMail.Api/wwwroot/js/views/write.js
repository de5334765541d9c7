// Writing an email: the gallery of templates; behind #/write/<promptId> the form of one, then the email as it is written.

import { fill, h } from '../dom.js'
import { emailCard } from '../email/card.js'
import { variantCards } from '../email/variants.js'
import { generate, resumed } from '../generation.js'
import { keep, kept } from '../session.js'
import { readAccount } from '../shell.js'
import { t } from '../texts.js'
import { button, errorText, icon, notice } from '../ui.js'
import { form } from '../write/form.js'
import { gallery } from '../write/gallery.js'
import { endDraft, keepDraft, readDraft, valuesOf } from '../write/request.js'
import { descriptionOf, iconOf, keptTemplates, readTemplates, titleOf } from '../write/templates.js'
import { writing } from '../write/writing.js'

/** @typedef {import('../write/templates.js').Templates} Templates */

// Who comes back to the gallery finds the focus where they left it.
let left = ''

/** @param {import('../router.js').ViewContext} context */
export default async function view({ root, params: [promptId], signal }) {
  let templates = keptTemplates()
  /** @type {(now: Templates) => void} */
  let draw = () => {}
  if (!templates) {
    fill(root, h('h1', null, t('nav.write')), h('p', { class: 'muted', role: 'status' }, t('common.loading')))
    templates = await readTemplates(signal)
  } else {
    // What the device keeps is shown at once; without a connection it is all there is.
    readTemplates(signal).then(now => { if (!signal.aborted) draw(now) }).catch(() => {})
  }
  const show = promptId ? page : start
  draw = show({ root, templates, promptId: promptId ?? '', signal })
}

/** @typedef {{ root: HTMLElement, templates: Templates, promptId: string, signal: AbortSignal }} Place */

/** The gallery. Gives what draws it anew. @param {Place} place @returns {(now: Templates) => void} */
function start({ root, templates, signal }) {
  const cards = gallery({ prompts: templates.prompts, signal })
  const running = resumed(isNew)
  fill(root, h('h1', null, t('write.title')), writingFor(),
    running ? notice(t('write.running', { subject: running.request.subject }), 'info',
      h('a', { class: 'button', href: `#/write/${encodeURIComponent(running.request.promptId)}` }, t('write.readOn'))) : null,
    cards)
  const card = left && [...cards.querySelectorAll('a')].find(link => link.dataset.prompt === left)
  if (card) {
    card.focus({ preventScroll: true })
    card.scrollIntoView({ block: 'center' })
  }
  left = ''
  return now => {
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.prompt
    if (JSON.stringify(now) === JSON.stringify(templates)) return
    cards.draw(now.prompts)
    if (focused) [...cards.querySelectorAll('a')].find(link => link.dataset.prompt === focused)?.focus()
  }
}

/** The page of one template. @param {Place} place @returns {(now: Templates) => void} */
function page({ root, templates, promptId, signal }) {
  const beside = gallery({ prompts: templates.prompts, current: promptId, beside: true, signal })
  const stage = h('div', { class: 'stage' })
  const column = h('div', null)
  fill(root, h('div', { class: 'write-page' }, column, h('aside', { 'aria-label': t('write.templates') }, beside)))
  left = promptId
  const show = (/** @type {Templates} */ known) => {
    const prompt = known.prompts.find(one => one.id === promptId)
    fill(column, h('a', { class: 'back', href: '#/write' }, icon('left'), t('write.all')),
      prompt ? h('header', { class: 'template-head' }, h('img', { class: 'template-icon', src: iconOf(prompt), alt: '', width: 24, height: 24 }),
        h('div', null, h('h1', null, titleOf(prompt)), h('p', { class: 'muted' }, descriptionOf(prompt)))) : h('h1', null, t('nav.write')),
      prompt ? stage : notice(t('error.unknown_prompt'), 'bad'))
    // Pages of several templates are told apart by their titles.
    if (prompt) document.title = `${titleOf(prompt)} · ChaturMail`
    if (prompt) new Stage(stage, prompt, known, signal).begin()
    return Boolean(prompt)
  }
  let shown = show(templates)
  return now => {
    beside.draw(now.prompts)
    // A form that is there stays as it is, while somebody types. One whose fields changed is built anew: what was typed is kept.
    const changed = (/** @type {Templates} */ known) => JSON.stringify([known.prompts.find(one => one.id === promptId)?.maxTokens, known.own[promptId], known.models])
    if (!shown || changed(now) !== changed(templates) && !stage.contains(document.activeElement) && stage.querySelector('form')) shown = show(now)
  }
}

/** What stands under a template's heading: its form, then the email as it is written, then the email. */
class Stage {
  /** @param {HTMLElement} place @param {import('../write/templates.js').Prompt} prompt @param {Templates} templates @param {AbortSignal} signal */
  constructor(place, prompt, templates, signal) {
    this.place = place
    this.prompt = prompt
    this.templates = templates
    this.signal = signal
  }

  begin() {
    const running = resumed(request => isNew(request) && request.promptId === this.prompt.id)
    if (running) this.follow(running)
    else this.form()
  }

  /** @param {any} [like] The request to write another like @returns {ReturnType<typeof form>} */
  form(like) {
    const values = like ? valuesOf(like) : readDraft(this.prompt.id)
    if (like) keepDraft(this.prompt.id, values)
    const { prompt, signal } = this
    const element = form({
      prompt, placeholders: this.templates.own[prompt.id] ?? [], models: this.templates.models, values, signal,
      onsend: request => this.follow({ request, follow: callbacks => generate(request, callbacks) }),
    })
    fill(this.place, element)
    return element
  }

  /** @param {Pick<Parameters<typeof writing>[0], 'request' | 'follow' | 'began'>} what */
  follow(what) {
    const { request } = what
    const element = writing({
      ...what, signal: this.signal,
      ondone: generated => this.done(request, generated),
      onfail: error => this.failed(request, error),
      onback: () => { const back = this.form(); /** @type {HTMLElement | null} */ (back.querySelector('input'))?.focus() },
    })
    fill(this.place, element)
    attend(element)
  }

  /** @param {any} request @param {import('../generation.js').Generated} generated */
  done(request, { emails }) {
    endDraft(request)
    readAccount().catch(() => {})
    const missing = (request.variants ?? 1) - emails.length
    const result = h('section', { class: ['result', emails.length > 1 && 'several'] },
      h('h2', { tabindex: '-1' }, t('write.ready', { count: emails.length })),
      missing > 0 ? notice(t('write.someFailed', { count: missing })) : null,
      emails.length > 1 ? variantCards(emails) : emailCard(emails[0], { heading: 3, ondelete: () => attend(this.form()) }),
      writingFor(emails.length === 1 ? emails[0].id : ''),
      h('div', { class: 'buttons after' }, button({ label: t('write.another'), icon: 'again', onclick: () => { attend(this.form(request)) } }),
        h('a', { class: 'button', href: '#/write' }, t('write.all'))))
    fill(this.place, result)
    attend(result)
  }

  /** @param {any} request @param {any} error */
  failed(request, error) {
    readAccount().catch(() => {})
    const running = resumed(one => isNew(one) && one.promptId === request.promptId)
    // Without a connection nobody knows what became of it, and nothing is to be paid for twice.
    if (running) {
      const box = notice(`${errorText(error)} ${t('write.unknownEnd')}`, 'bad', button({ label: t('common.tryAgain'), icon: 'again', onclick: () => this.follow(running) }))
      return fill(this.place, box)
    }
    this.form().fail(error)
  }
}

/** Says for which topic of a party the user came to write, and leads back to it: with the email, once there is one. @param {string} [emailId] */
function writingFor(emailId) {
  const topic = kept('writingFor', /** @type {{ id: string, title: string } | null} */ (null))
  if (!topic) return null
  const address = `#/topic/${encodeURIComponent(topic.id)}`
  const box = notice(t('write.forTopic', { title: topic.title }), 'info',
    emailId ? h('a', { class: 'button primary', href: `${address}?email=${encodeURIComponent(emailId)}` }, t('write.intoTopic')) : h('a', { class: 'button', href: address }, t('write.toTopic')),
    button({ label: t('write.notForTopic'), icon: 'close', kind: 'quiet', iconOnly: true, onclick: () => { keep('writingFor', null); box.remove() } }))
  return box
}

/** The focus goes to the heading, or the first field, of what has come, and it is seen from its beginning. @param {HTMLElement} element */
function attend(element) {
  /** @type {HTMLElement | null} */ (element.querySelector('h2') ?? element.querySelector('input'))?.focus({ preventScroll: true })
  element.scrollIntoView({ block: 'nearest' })
}

/** Another version of an email belongs to that email's page. @param {any} request */
const isNew = request => !request.id
