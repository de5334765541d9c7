// Shows an email while it is written: where it stands, what there is of it, and a way to stop reading.

import { fill, h } from '../dom.js'
import { STOPPED, takeUp } from '../generation.js'
import { t } from '../texts.js'
import { button, icon } from '../ui.js'

/** @typedef {import('../generation.js').Callbacks} Callbacks */
/** @typedef {import('../generation.js').Generated} Generated */
/** @typedef {import('../generation.js').State} State */

const STEPS = /** @type {const} */ (['queued', 'writing', 'checking', 'done'])
/** The step that a state belongs to. @type {Record<State, number>} */
const STEP_OF = { sending: 0, queued: 0, writing: 1, again: 1, checking: 2, lost: -1, done: 3 }

/**
 * @param {{ request: any, began?: number, follow: (callbacks: Callbacks) => Promise<Generated>, signal: AbortSignal,
 *   ondone: (generated: Generated) => void, onfail: (error: unknown) => void, onback: () => void }} what
 * `ondone`, `onfail`: at the end, while the view is there. `onback`: the user stopped reading and wants the form again.
 * @returns {HTMLElement} Its heading is to be focused.
 */
export function writing({ request, began = Date.now(), follow, signal, ondone, onfail, onback }) {
  const count = request.variants ?? 1
  const stop = new AbortController()
  const over = new AbortController()
  let id = ''
  const said = h('p', { class: 'unseen', role: 'status' })
  const steps = count > 1 ? h('progress', { 'aria-label': t('write.progress') }) : h('ol', { class: 'steps', 'aria-label': t('write.progress') })
  const now = h('span')
  const figures = h('span', { class: 'muted figures' })
  const text = h('p', { class: 'preview' })
  const preview = h('article', { class: 'card', 'aria-label': t('write.preview'), 'aria-busy': 'true', hidden: true }, text)
  const stopButton = button({ label: t('write.stop'), icon: 'stop', 'aria-keyshortcuts': 'Escape', onclick: () => stop.abort(STOPPED) })
  const place = h('div', null, h('div', { class: 'buttons' }, stopButton, h('span', { class: 'muted keys' }, t('write.stopHint'))))
  const heading = h('h2', { tabindex: '-1' }, t('write.writing', { count }))
  const element = h('section', { class: 'writing' }, heading, said, steps, h('p', { class: 'now' }, now, figures), preview, place)

  /** @type {State} */
  let state = 'sending'
  let whole = ''
  const figure = () => {
    const words = whole.split(/\s+/).filter(Boolean).length
    fill(figures, words ? t('write.words', { count: words }) : null, h('span', null, t('write.seconds', { count: Math.max(0, Math.round((Date.now() - began) / 1000)) })))
  }
  const draw = throttled(() => { text.textContent = whole; preview.hidden = !whole; figure() })
  const to = (/** @type {State} */ next) => {
    state = next
    // texts: write.state.*
    now.textContent = t(`write.state.${count > 1 && next !== 'lost' ? 'several' : next}`)
    if (count === 1 && STEP_OF[next] >= 0) fill(steps, STEPS.map((name, at) => step(name, at, STEP_OF[next])))
  }
  to(state)
  figure()
  const timer = setInterval(figure, 1000)
  document.addEventListener('keydown', event => {
    if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('dialog[open], :popover-open')) return
    stop.abort(STOPPED)
  }, { signal: AbortSignal.any([signal, over.signal]) })

  run().finally(() => { clearInterval(timer); over.abort() })
  async function run() {
    // A region that is to speak must be there before its text.
    setTimeout(() => { if (state !== 'done') said.textContent = t('write.began') })
    try {
      const generated = await follow({
        signal: AbortSignal.any([signal, stop.signal]), onaccepted: accepted => { id = accepted }, onstate: next => { if (next !== state) to(next) },
        ontext: more => { whole = more; draw() },
      })
      if (!signal.aborted) ondone(generated)
    } catch (error) {
      if (signal.aborted) return
      if (error === STOPPED) stopped()
      else onfail(error)
    }
  }
  function stopped() {
    preview.setAttribute('aria-busy', 'false')
    for (const gone of [steps, now.parentElement, said]) gone?.remove()
    fill(heading, t('write.stopped'))
    const again = () => {
      const next = writing({ request, began, follow: callbacks => takeUp(id, request, callbacks), signal, ondone, onfail, onback })
      element.replaceWith(next)
      next.querySelector('h2')?.focus()
    }
    const notice = h('div', { class: 'notice', role: 'status', tabindex: '-1' }, h('p', null, t(id ? 'write.stoppedPaid' : 'write.stoppedUnknown', { count })),
      h('div', { class: 'buttons' }, id ? button({ label: t('write.readOn'), icon: 'again', onclick: again }) : null,
        h('a', { class: 'button', href: '#/history' }, icon('history'), t('write.toHistory')), button({ label: t('write.toForm'), onclick: onback })))
    fill(place, notice)
    notice.focus()
  }
  return element
}

/** @param {string} name @param {number} at @param {number} current */
const step = (name, at, current) => h('li', { class: at < current ? 'past' : null, 'aria-current': at === current ? 'step' : null },
  at < current ? icon('check') : null, t(`write.step.${name}`), at < current ? h('span', { class: 'unseen' }, ` (${t('write.step.done')})`) : null) // texts: write.step.*

/** Calls once a frame at most, however often it is asked. @param {() => void} what */
function throttled(what) {
  let asked = false
  return () => {
    if (asked) return
    asked = true
    requestAnimationFrame(() => { asked = false; what() })
  }
}
