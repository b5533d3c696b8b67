/** Characters that no database keeps in a text. */
import type { DeadReason } from './dead-record.ts'

/** Whether a record may hold such characters at all: in the text of JSON they are escaped, or a half one stands as it is. */
export function mayHoldOdd(json: string): boolean {
  return json.includes('\\u') || halfCharacter.test(json)
}

interface CheckedCell {
  readonly name: string
  readonly isJson: boolean
}

/** undefined: none. */
export function oddityIn(text: string, { name, isJson }: CheckedCell): DeadReason | undefined {
  if (holdsNul(text, isJson)) return nulReason(name)
  return halfCharacter.test(text) ? halfCharacterReason(name) : undefined
}

/** No database of ours holds the character NUL in a text or in JSON alike. */
export function holdsNul(text: string, isJson: boolean): boolean {
  return text.includes('\0') || (isJson && /(?:^|[^\\])(?:\\\\)*\\u0000/.test(text))
}

/** One that is written as two: a lone surrogate. No database keeps it. */
const halfCharacter = /\p{Surrogate}/u

function halfCharacterReason(field: string): DeadReason {
  return {
    code: 'invalid-encoding',
    message: `expected text in "${field}", found half of a character in it (a lone surrogate)`,
    field,
  }
}

function nulReason(field: string): DeadReason {
  return {
    code: 'nul-character',
    message: `expected text in "${field}", found the character NUL in it`,
    field,
  }
}
