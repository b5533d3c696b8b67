/** Texts of a request that become cells: none that a database cannot hold. */
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts'
import { ProblemError } from '../problem.ts'

export const idSchema: JsonObject = { type: 'string', minLength: 1, maxLength: 128 }

/** Control characters, and halves of a pair. */
const unfit = /\p{Cc}|\p{Cs}/u

/** null: it was not given. Throws a `ProblemError`. */
export function textOf(body: Json, key: string): string | null {
  const value = isJsonObject(body) ? body[key] : undefined
  if (typeof value !== 'string') return null
  if (!unfit.test(value)) return value
  throw new ProblemError(
    'invalid-request',
    `expected "${key}" to be a text without control characters, found one`,
  )
}
