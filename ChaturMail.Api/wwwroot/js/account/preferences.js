// What the user has chosen for themselves: the language of translations, the time zone, the picture that others see.

import { h, fill } from '../dom.js'
import { t } from '../texts.js'
import { callOne, call } from '../api.js'
import { owner } from '../session.js'
import { button, busy, field, notice, tell, toast } from '../ui.js'
import { preferences, setPreferences } from '../preferences.js'
import { PICTURES, upload } from '../upload.js'
import { COMMON, MORE, languageName } from '../email/languages.js'
import { deviceZone, zoneName, zones } from '../schedule/times.js'
import { part } from './parts.js'

/** @param {AbortSignal} signal */
export const preferencesPart = signal => part(preferences, choices, signal)

/** @param {import('../preferences.js').Preferences} now */
function choices(now) {
  const said = h('p', { role: 'status', class: 'muted' })
  // What could not be saved is shown as it is on the server.
  const save = async (/** @type {Parameters<typeof setPreferences>[0]} */ changes) => {
    try {
      now = await setPreferences(changes)
      fill(said, t('account.preferences.saved'))
    } catch (error) {
      tell(error)
    }
    draw()
  }
  const chosen = [now.language].filter(tag => tag && ![...COMMON, ...MORE].includes(tag)).map(String)
  const language = h('select', { onchange: () => save({ language: language.value }) }, h('option', { value: '' }, t('account.preferences.noLanguage')),
    [...chosen, ...COMMON, ...MORE].map(tag => h('option', { value: tag }, languageName(tag))))
  const here = deviceZone()
  const zone = h('select', { onchange: () => save({ timeZone: zone.value }) }, h('option', { value: '' }, t('account.preferences.deviceZone', { zone: zoneName(here) })),
    zones(now.timeZone, here).map(name => h('option', { value: name }, zoneName(name))))
  const offer = button({ label: t('account.preferences.useZone', { zone: zoneName(here) }), onclick: () => save({ timeZone: here }) })
  const translate = h('input', { type: 'checkbox', onchange: () => save({ autoTranslate: translate.checked }) })
  const draw = () => {
    language.value = now.language ?? ''
    zone.value = now.timeZone ?? ''
    translate.checked = now.autoTranslate
    translate.disabled = !now.canTranslate || !now.language
    const focused = offer === document.activeElement
    offer.hidden = now.timeZone === here
    if (focused && offer.hidden) zone.focus()
  }
  draw()
  return [
    h('div', { class: 'columns' },
      field({ label: t('account.preferences.language'), hint: t('account.preferences.languageHint'), control: language }),
      h('div', null, field({ label: t('account.preferences.zone'), hint: t('account.preferences.zoneHint'), control: zone }), offer)),
    h('label', { class: 'check' }, translate, t('account.preferences.translate')),
    now.canTranslate ? null : notice(t('account.preferences.noTranslation')), said]
}

/** The picture that others see. @param {AbortSignal} signal */
export const avatarPart = signal => part(() => callOne('/user/getAvatars', { userIds: [owner()] }, { signal }), avatar => picture(avatar, signal), signal)

/** @param {{ url: string } | undefined} avatar @param {AbortSignal} signal */
function picture(avatar, signal) {
  const place = h('div', { class: 'own-picture' }), said = h('p', { role: 'status', class: 'muted' })
  const chosen = h('input', { type: 'file', accept: PICTURES, hidden: true, onchange: () => {
    const [file] = chosen.files
    chosen.value = ''
    if (file) busy(choose, change(file)).catch(tell)
  } })
  const choose = button({ label: t('account.avatar.choose'), icon: 'image', onclick: () => chosen.click() })
  const remove = button({ label: t('account.avatar.remove'), icon: 'delete', kind: 'quiet', onclick: async () => {
    await call('/user/removeAvatar')
    draw(undefined)
    choose.focus()
    toast(t('account.avatar.removed'))
  } })
  const change = async (/** @type {File} */ file) => {
    const { id } = await upload(file, 'avatar', { signal, onprogress: done => fill(said, t('account.avatar.uploading', { percent: Math.round(done * 100) })) }).finally(() => fill(said))
    await call('/user/setAvatar', { id })
    draw(await callOne('/user/getAvatars', { userIds: [owner()] }))
    fill(said, t('account.avatar.changed'))
  }
  const draw = (/** @type {{ url: string } | undefined} */ now) => {
    fill(place, now ? h('img', { src: now.url, alt: t('account.avatar.yours'), width: 96, height: 96 }) : h('p', { class: 'muted' }, t('account.avatar.none')))
    remove.hidden = !now
  }
  draw(avatar)
  return [place, h('div', { class: 'buttons' }, choose, chosen, remove), h('p', { class: 'hint' }, t('account.avatar.hint')), said]
}
