/** What the manifest of the flagship says of its nodes. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../../src/core/json.ts'
import type { Flagship } from '../flagship.ts'

/** Of the last command; sources are not among them. */
export function nodesOf(growth: Flagship): readonly JsonObject[] {
  const path = join(growth.folder, 'target', 'manifest.json')
  const manifest: Json = JSON.parse(readFileSync(path, 'utf8'))
  return Object.values(objectIn(manifest, 'nodes')).filter(isJsonObject)
}

export function objectIn(value: Json, key: string): JsonObject {
  const found = isJsonObject(value) ? value[key] : undefined
  return isJsonObject(found ?? null) && isJsonObject(found) ? found : {}
}

export function textAt(value: JsonObject, key: string): string {
  const found = value[key]
  return typeof found === 'string' ? found : ''
}

export function textsAt(value: Json, key: string): readonly string[] {
  const found = isJsonObject(value) ? value[key] : undefined
  return isJsonArray(found) ? found.filter((item) => typeof item === 'string') : []
}
