// Makes elements. Text is always text: nothing here reads HTML.

/** @typedef {Node | string | number | null | undefined | false | Child[]} Child */

/**
 * An element with its attributes and children. An attribute that is null, undefined or false is left out, true is an empty one; `on…` takes a
 * listener, `class` a text or a list with gaps; `data` an object for `dataset`; `value`, `checked`, `disabled`, … are set as properties.
 * @param {string} tag
 * @param {Record<string, any> | null} [attributes]
 * @param {...Child} children
 * @returns {any} The element; `any`, for which kind it is depends on the tag.
 */
export function h(tag, attributes, ...children) {
  return build(document.createElement(tag), attributes, children)
}

/**
 * An SVG element.
 * @param {string} tag
 * @param {Record<string, any> | null} [attributes]
 * @param {...Child} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes, ...children) {
  return build(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children)
}

/**
 * Puts children in the place of all that an element holds.
 * @template {Element} T
 * @param {T} element
 * @param {...Child} children
 * @returns {T}
 */
export function fill(element, ...children) {
  element.replaceChildren(...flat(children))
  return element
}

const PROPERTIES = new Set(['value', 'checked', 'disabled', 'selected', 'hidden', 'open', 'readOnly', 'required', 'indeterminate', 'textContent'])

/**
 * @param {any} element
 * @param {Record<string, any> | null | undefined} attributes
 * @param {Child[]} children
 */
function build(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue
    if (name === 'class') element.setAttribute('class', Array.isArray(value) ? value.filter(Boolean).join(' ') : value)
    else if (name === 'data') Object.assign(element.dataset, value)
    else if (name.startsWith('on')) element.addEventListener(name.slice(2), value)
    else if (PROPERTIES.has(name)) element[name] = value
    else element.setAttribute(name, value === true ? '' : String(value))
  }
  element.append(...flat(children))
  // A select has its value once it has its options.
  if (attributes?.value !== undefined && element instanceof HTMLSelectElement) element.value = attributes.value
  return element
}

/** @param {Child[]} children @returns {(Node | string)[]} */
function flat(children) {
  return /** @type {any[]} */ (children).flat(Infinity).filter(child => child !== null && child !== undefined && child !== false)
    .map(child => child instanceof Node ? child : String(child))
}
