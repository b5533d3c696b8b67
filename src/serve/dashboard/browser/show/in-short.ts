/** What a section comes to: a sentence in front of everything, and the few numbers that it rests on. */
import { type Child, element, part } from './element.ts'

export interface InShort {
  readonly text: string
  readonly tone: 'good' | 'bad' | 'open'
  readonly tiles: readonly (readonly [title: string, text: Child])[]
}

/** `section`: it has the places `<section>-verdict` and `<section>-summary`. Without a text its sentence is left out. */
export function sayInShort(section: string, { text, tone, tiles }: InShort): void {
  const verdict = part(`#${section}-verdict`, HTMLElement)
  verdict.hidden = text === ''
  verdict.className = `verdict wide ${tone}`
  verdict.textContent = text
  part(`#${section}-summary`, HTMLElement).replaceChildren(
    ...tiles.map(([title, shown]) =>
      element('div', { class: 'tile' }, [element('dt', {}, [title]), element('dd', {}, [shown])]),
    ),
  )
}
