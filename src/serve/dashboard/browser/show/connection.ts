/** Whether the page hears of what is new, and what is wrong where it does not: said aloud only when that changes. */
import { element, part } from './element.ts'

type State = 'waiting' | 'locked' | 'live' | 'lost'

const words: Readonly<Record<State, string>> = {
  waiting: 'Connecting',
  locked: 'Waiting for a key',
  live: 'Live',
  lost: 'Not connected',
}

export function sayConnection(state: State): void {
  const place = part('#connection', HTMLElement)
  if (place.dataset['state'] === state) return
  place.dataset['state'] = state
  place.textContent = words[state]
}

/** When what is seen was read. */
export function sayUpdated(moment: Date): void {
  part('#updated', HTMLElement).textContent =
    `updated ${moment.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' })}`
}

/** undefined: nothing is wrong. */
export function sayTrouble(text: string | undefined): void {
  const place = part('#trouble', HTMLElement)
  const shown = place.textContent
  if (text === undefined) {
    place.hidden = true
    place.replaceChildren()
    return
  }
  if (shown === text && !place.hidden) return
  place.replaceChildren(element('p', {}, [text]))
  place.hidden = false
}
