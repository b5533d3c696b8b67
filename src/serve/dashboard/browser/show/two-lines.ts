/** A cell of two lines: what is looked for, and below it in quiet what goes with it. */
import { type Child, element } from './element.ts'

export function twoLines(first: Node, second: readonly Child[]): HTMLElement {
  return element('span', {}, [first, element('span', { class: 'second' }, second)])
}

/** What a view says in words: it may be long, and the table need not be as wide. */
export function foundCell(text: string): HTMLElement {
  return element('span', { class: text === '' ? 'quiet' : 'found' }, [text || '–'])
}
