/** A published JSON schema to a function that names every fault of a value: the one place that uses ajv. */
import { createRequire } from 'node:module'
import type * as AjvModule from 'ajv'
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts'
import type { RecordFault } from '../../core/load/load.ts'
import { loadSchema, type SchemaAddress, schemaNames } from './schema/load-schema.ts'

/** One broken rule of the schema. */
export interface SchemaFault {
  /** The rule: `type`, `enum`, `required`, `additionalProperties` and so on. */
  readonly keyword: string
  /** Keys and indexes from the top of the value to where the rule was broken. */
  readonly path: readonly string[]
  /** What the schema says under that keyword. */
  readonly rule: Json
  /** The schema the rule stands in, with its title and its properties. */
  readonly schema: JsonObject
  /** The key that is missing or too many; undefined for other rules. */
  readonly property: string | undefined
}

type CheckValue = (value: Json) => readonly SchemaFault[]

type AjvError = AjvModule.ErrorObject<string, Readonly<Record<string, unknown>>>

let shared: AjvModule.Ajv | undefined

/** Loading ajv and compiling takes about 0.1 s: call this only for a value that is known to have a fault. */
export function compileSchema(address: SchemaAddress): CheckValue {
  shared ??= loadAjv()
  const key = `${address.schema}.schema.json${address.pointer === undefined ? '' : `#${address.pointer}`}`
  const validate = shared.getSchema(key)
  if (validate === undefined) throw new Error(`no schema ${key}`)
  return (value) => faultsOf(validate(value), validate.errors)
}

/** A schema of the project's own. Throws where it is none. */
export function compileOwnSchema(schema: JsonObject): CheckValue {
  const { Ajv } = requireAjv()
  const ajv = new Ajv({
    ...explaining,
    messages: true,
    strict: false,
    validateFormats: false,
  })
  const validate = ajv.compile(schema)
  return (value) => faultsOf(validate(value), validate.errors)
}

/** `answer`: a promise, of schemas that ask elsewhere, is no yes. */
function faultsOf(
  answer: unknown,
  errors: readonly AjvError[] | null | undefined,
): readonly SchemaFault[] {
  return answer === true ? [] : (errors ?? []).map(faultFrom)
}

/** With what a diagnostic needs to know of each fault. */
const explaining = { allErrors: true, verbose: true } as const

/** By `require`, since a check is a plain function and most commands never need it. */
function requireAjv(): typeof AjvModule {
  return createRequire(import.meta.url)('ajv')
}

function loadAjv(): AjvModule.Ajv {
  const { Ajv } = requireAjv()
  const ajv = new Ajv({
    ...explaining,
    messages: false,
    validateSchema: false,
    allowUnionTypes: true,
    strictTypes: false,
    strictRequired: false,
    code: { optimize: false },
  })
  for (const name of schemaNames) ajv.addSchema(loadSchema(name))
  return ajv
}

let forRecords: AjvModule.Ajv | undefined

/** A schema of records, made or written by the project, to a function that gives the first fault of a value. Throws for no schema. */
export function compileRecordCheck(schema: JsonObject): (value: Json) => RecordFault | undefined {
  const { Ajv } = requireAjv()
  forRecords ??= new Ajv({ messages: false, strict: false, validateFormats: false })
  const validate = forRecords.compile(schema)
  return (value) => {
    if (validate(value)) return undefined
    const [error] = validate.errors ?? []
    if (error === undefined) return undefined
    const { missingProperty, additionalProperty, limit } = error.params
    const property: unknown = missingProperty ?? additionalProperty
    return {
      keyword: error.keyword,
      path: pathOf(error.instancePath),
      rule: JSON.stringify(limit ?? Object.values(error.params)[0] ?? null),
      property: typeof property === 'string' ? property : undefined,
    }
  }
}

function pathOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function faultFrom(error: AjvError): SchemaFault {
  const { missingProperty, additionalProperty } = error.params
  const property = missingProperty ?? additionalProperty ?? error.propertyName
  const schema: Json =
    error.parentSchema === undefined ? {} : JSON.parse(JSON.stringify(error.parentSchema))
  const rule: Json = JSON.parse(JSON.stringify(error.schema ?? null))
  return {
    keyword: error.keyword,
    path: pathOf(error.instancePath),
    rule,
    schema: isJsonObject(schema) ? schema : {},
    property: typeof property === 'string' ? property : undefined,
  }
}
