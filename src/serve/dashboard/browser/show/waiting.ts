/** What was chosen is not there yet: until it is, its section is dimmed and says whose numbers stand there. */
import { element, part } from './element.ts'

export type Section = 'prices' | 'tests'

/** An answer that comes faster is not spoken of. The page dims after the same time: page.css. */
const delayMs = 150

let timers: Partial<Record<Section, ReturnType<typeof setTimeout>>> = {}

/** `wanted` and `shown`: what each choice of the section is called, in the same order. */
export function sayWaiting(
  section: Section,
  wanted: readonly string[],
  shown: readonly string[],
): void {
  const isOther = (_: string, index: number) => wanted[index] !== shown[index]
  const names = wanted.filter(isOther)
  if (names.length === 0) return endWaiting(section)
  part(`#${section}-panels`, HTMLElement).setAttribute('aria-busy', 'true')
  const text = `Waiting for ${names.join(', ')}: below is still ${shown.filter(isOther).join(', ')}`
  clearTimeout(timers[section])
  const timer = setTimeout(() => {
    part(`#${section}-waiting`, HTMLElement).replaceChildren(element('span', {}, [text]))
  }, delayMs)
  timers = { ...timers, [section]: timer }
}

export function endWaiting(...sections: readonly Section[]): void {
  for (const section of sections) {
    clearTimeout(timers[section])
    part(`#${section}-panels`, HTMLElement).removeAttribute('aria-busy')
    part(`#${section}-waiting`, HTMLElement).replaceChildren()
  }
}
