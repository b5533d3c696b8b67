/** Whether a text that came from outside (JSON, or what was to be JSON) speaks of one value in columns of these names. */
import { isJsonArray, isJsonObject, type Json } from '../../core/json.ts'

export interface Subject {
  /** Names of columns, in lower case. */
  readonly columns: ReadonlySet<string>
  readonly value: string
}

/** JSON by its keys, at any depth, also inside texts; of anything else the name of the column with the value behind it. */
export function holdsValue(text: string, subject: Subject): boolean {
  if (!text.includes(subject.value)) return false
  try {
    const parsed: Json = JSON.parse(text)
    if (isJsonObject(parsed) || isJsonArray(parsed)) return isWithin(parsed, subject)
  } catch {
    // Not JSON: told by its text.
  }
  return looksLike(text, subject)
}

function isWithin(json: Json, subject: Subject): boolean {
  if (typeof json === 'string') return /[{[]/.test(json) && holdsValue(json, subject)
  if (isJsonArray(json)) return json.some((item) => isWithin(item, subject))
  if (!isJsonObject(json)) return false
  return Object.entries(json).some(([key, item]) => {
    const isNamed = subject.columns.has(key.toLowerCase())
    return isNamed && isScalar(item) ? String(item) === subject.value : isWithin(item, subject)
  })
}

function isScalar(json: Json): json is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof json)
}

/** `"user_id": 7`, `user_id=7`, `user_id: '7'`. */
function looksLike(text: string, { columns, value }: Subject): boolean {
  return [...columns].some((name) =>
    new RegExp(`${escaped(name)}\\W{1,6}${escaped(value)}(?!\\w)`, 'i').test(text),
  )
}

/** For a regular expression. */
export function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
