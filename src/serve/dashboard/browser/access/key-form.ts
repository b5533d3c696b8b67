/** Asks for a key, and says why. */
import { part } from '../show/element.ts'
import { keepKey } from './key-store.ts'

const reasons = {
  none: 'This server gives what is published to those who have a key.',
  unknown: 'The server does not know the key of this tab.',
  forbidden: 'The key of this tab may not read what is published.',
} as const

/** What a header can carry. */
const sendable = /^[\u0021-\u007e]+$/

export interface KeyForm {
  show(why: keyof typeof reasons): void
  hide(): void
}

export function createKeyForm(onKey: () => void): KeyForm {
  const section = part('#access', HTMLElement)
  const form = part('#access-form', HTMLFormElement)
  const input = part('#key', HTMLInputElement)
  const fault = part('#access-fault', HTMLElement)
  const reason = part('#access-why', HTMLElement)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const key = input.value.trim()
    if (!sendable.test(key)) {
      fault.textContent = 'Expected a key without spaces, of letters, digits and signs of ASCII.'
      return
    }
    fault.textContent = ''
    keepKey(key)
    onKey()
  })
  return {
    show: (why) => {
      reason.textContent = reasons[why]
      if (why !== 'none') {
        fault.textContent = 'Give another one.'
        input.value = ''
        input.focus()
      }
      if (!section.hidden) return
      section.hidden = false
      input.focus()
    },
    hide: () => {
      section.hidden = true
      input.value = ''
      fault.textContent = ''
    },
  }
}
