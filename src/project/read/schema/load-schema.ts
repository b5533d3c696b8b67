/** The JSON schemas that ship with the package, read from its folder when first needed. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts'
import { packageFolder } from '../files/package-folder.ts'

/** In an order in which each refers only to those before it. */
export const schemaNames = [
  'config',
  'properties',
  'sources',
  'selectors',
  'vars',
  'assay',
] as const
type SchemaName = (typeof schemaNames)[number]

/** A schema, or one definition of it. */
export interface SchemaAddress {
  readonly schema: SchemaName
  /** A JSON pointer, e.g. `/definitions/model`. */
  readonly pointer?: string
}

const loaded = new Map<string, JsonObject>()

export function loadSchema(name: string): JsonObject {
  const known = loaded.get(name)
  if (known !== undefined) return known
  const file = join(packageFolder, 'schemas', `${name}.schema.json`)
  const schema: Json = JSON.parse(readFileSync(file, 'utf8'))
  if (!isJsonObject(schema)) throw new Error(`${name}.schema.json holds no schema`)
  loaded.set(name, schema)
  return schema
}

export function valueAtPointer(schema: Json, pointer: string): Json | undefined {
  let value: Json | undefined = schema
  for (const part of pointer.split('/').slice(1)) {
    if (!isJsonObject(value)) return undefined
    value = value[part]
  }
  return value
}

/** The names of the keys of an object schema, e.g. of `/definitions/model`. */
export function propertyNames(address: SchemaAddress): readonly string[] {
  const schema = valueAtPointer(loadSchema(address.schema), address.pointer ?? '')
  const properties = isJsonObject(schema) ? schema['properties'] : undefined
  return isJsonObject(properties) ? Object.keys(properties) : []
}
