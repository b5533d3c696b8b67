/** What is there under some keys of an artifact. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../src/core/json.ts'

export function at(value: Json | undefined, ...keys: readonly (string | number)[]): Json {
  const found = keys.reduce<Json | undefined>((place, key) => {
    if (place === undefined) return undefined
    if (isJsonArray(place)) return place[Number(key)]
    return isJsonObject(place) ? place[key] : undefined
  }, value)
  return found ?? null
}

/** Throws where there is no object: a reader of artifacts would break on it. */
export function objectAt(value: Json | undefined, ...keys: readonly string[]): JsonObject {
  const found = at(value, ...keys)
  if (!isJsonObject(found)) throw new Error(`no object at ${keys.join(' ')}`)
  return found
}

export function listAt(value: Json | undefined, ...keys: readonly string[]): readonly Json[] {
  const found = at(value, ...keys)
  if (!isJsonArray(found)) throw new Error(`no list at ${keys.join(' ')}`)
  return found
}

export function textAt(value: Json | undefined, ...keys: readonly string[]): string {
  const found = at(value, ...keys)
  if (typeof found !== 'string') throw new Error(`no text at ${keys.join(' ')}`)
  return found
}
