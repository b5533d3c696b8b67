/** Characters that no database keeps in a text. */
import type { DeadReason } from './dead-record.ts'

/** No database of ours holds the character NUL in a text or in JSON alike. */
export function holdsNul(text: string, isJson: boolean): boolean {
  return text.includes('\0') || (isJson && /(?:^|[^\\])(?:\\\\)*\\u0000/.test(text))
}

/** One that is written as two: a lone surrogate. No database keeps it. */
export const halfCharacter = /\p{Surrogate}/u

export function halfCharacterReason(field: string): DeadReason {
  return {
    code: 'invalid-encoding',
    message: `expected text in "${field}", found half of a character in it (a lone surrogate)`,
    field,
  }
}

export function nulReason(field: string): DeadReason {
  return {
    code: 'nul-character',
    message: `expected text in "${field}", found the character NUL in it`,
    field,
  }
}
