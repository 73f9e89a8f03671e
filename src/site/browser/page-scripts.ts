/** Characters of a document that are kept. */
export const mostHtmlLength = 5 * 1024 * 1024

/** Runs in the page: how much text it has, and whether it is still being loaded. */
export const textLengthScript = `document.body ? document.body.innerText.length : -1`

/**
 * Runs in the page: its document as HTML, bounded. Open shadow roots stand as ordinary content at the beginning of their
 * host: most of what reads HTML leaves out what a declarative \`<template>\` holds. It is written out, rather than moved
 * in the page, because moving would run the page's own code.
 */
export const serializeScript = `(() => {
  const most = ${mostHtmlLength}
  const voids = new Set('area base br col embed hr img input link meta source track wbr'.split(' '))
  const withRoots = new Set()
  const mark = (root) => {
    for (const element of root.querySelectorAll('*')) {
      if (!element.shadowRoot) continue
      for (let node = element; node; node = node.parentNode || node.host) withRoots.add(node)
      mark(element.shadowRoot)
    }
  }
  mark(document)
  const parts = []
  let length = 0
  const put = (text) => { parts.push(text); length += text.length }
  const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
  const text = document.createElement('p')
  const write = (node) => {
    if (length > most) return
    if (node.nodeType === 3) { text.textContent = node.data; return put(text.innerHTML) }
    if (node.nodeType !== 1) return
    if (!withRoots.has(node)) return put(node.outerHTML)
    const name = node.localName
    put('<' + name + [...node.attributes].map((a) => ' ' + a.name + '="' + escape(a.value) + '"').join('') + '>')
    if (node.shadowRoot) node.shadowRoot.childNodes.forEach(write)
    node.childNodes.forEach(write)
    if (!voids.has(name)) put('</' + name + '>')
  }
  if (document.documentElement) write(document.documentElement)
  return parts.join('').slice(0, most)
})()`
