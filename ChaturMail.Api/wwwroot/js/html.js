// The one place that Trusted Types let make elements or scripts of text: tutorials, which come as HTML from the API, and the service worker's address.

const ALLOWED = new Set(['P', 'H1', 'H2', 'H3', 'H4', 'UL', 'OL', 'LI', 'A', 'STRONG', 'EM', 'CODE', 'PRE', 'BLOCKQUOTE', 'BR', 'HR', 'TABLE', 'THEAD', 'TBODY', 'TR', 'TH', 'TD', 'DEL'])
// With all that they hold.
const DROPPED = new Set(['HEAD', 'SCRIPT', 'STYLE', 'TEMPLATE', 'IFRAME', 'OBJECT', 'SVG', 'MATH'])
const LINKS = /^(https?:|mailto:|#)/i

const rules = { createHTML: (/** @type {string} */ html) => html, createScriptURL: (/** @type {string} */ address) => address }
/** @type {{ createHTML(html: string): any, createScriptURL(address: string): any }} */
const policy = /** @type {any} */ (window).trustedTypes?.createPolicy('chaturmail', rules) ?? rules

/** Registers the service worker, which keeps the app's files. */
export const registerWorker = () => navigator.serviceWorker.register(policy.createScriptURL('/sw.js'))

/**
 * What the HTML says, made of allowed elements without attributes but a link's address. It is parsed into a document of its own, in which nothing runs or is loaded.
 * @param {string} html
 * @returns {DocumentFragment}
 */
export function writing(html) {
  const into = document.createDocumentFragment()
  copy(document.createTreeWalker(new DOMParser().parseFromString(policy.createHTML(html), 'text/html')), into)
  return into
}

/**
 * Copies what the current node holds. A walker asks no property of the parsed document or of a form in it: elements with names such as `body` would stand in their place.
 * @param {TreeWalker} walker @param {Node} into
 */
function copy(walker, into) {
  if (!walker.firstChild()) return
  do {
    const node = walker.currentNode
    if (node instanceof Text) into.appendChild(document.createTextNode(node.data))
    if (!(node instanceof Element)) continue
    if (node instanceof HTMLFormElement || !ALLOWED.has(node.tagName)) {
      if (node instanceof HTMLFormElement || !DROPPED.has(node.tagName.toUpperCase())) copy(walker, into)
      continue
    }
    const element = document.createElement(node.tagName)
    const address = node.tagName === 'A' ? node.getAttribute('href') : null
    if (address && LINKS.test(address)) {
      element.setAttribute('href', address)
      element.setAttribute('rel', 'noopener noreferrer')
    }
    copy(walker, element)
    into.appendChild(element)
  } while (walker.nextSibling())
  walker.parentNode()
}
