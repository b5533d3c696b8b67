/** Elements made of data: text is always text, never markup. */
export type Child = Node | string | null

export interface Attributes {
  readonly [name: string]: string | number | boolean | null
}

/** A false or null attribute is left out, a true one is empty. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  children: readonly Child[] = [],
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag)
  setAttributes(made, attributes)
  made.append(...children.filter((child) => child !== null))
  return made
}

export function drawing(
  tag: string,
  attributes: Attributes = {},
  children: readonly Node[] = [],
): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag)
  setAttributes(made, attributes)
  made.append(...children)
  return made
}

function setAttributes(target: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue
    target.setAttribute(name, value === true ? '' : String(value))
  }
}

/** A name that may go on in a new line behind its dots and underscores. */
export function breakable(name: string): HTMLElement {
  const parts = name.split(/(?<=[._=])/)
  return element(
    'span',
    {},
    parts.flatMap((each, index) => (index === 0 ? [each] : [element('wbr'), each])),
  )
}

/** Of the page, which has it: a page without it is a fault of ours. */
export function part<T extends Element>(selector: string, type: new () => T): T {
  const found = document.querySelector(selector)
  if (!(found instanceof type)) throw new Error(`the page has no ${selector}`)
  return found
}
