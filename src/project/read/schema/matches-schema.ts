/**
 * A quick yes to valid values: compiling a schema takes ajv longer than checking a thousand files takes this.
 * A no means "let ajv look", which also names the faults, so what this does not know is never accepted.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../../core/json.ts'
import { loadSchema, type SchemaAddress, valueAtPointer } from './load-schema.ts'

type Test = (value: Json) => boolean

interface Rule {
  /** What stands behind the keyword. */
  readonly argument: Json
  /** The schema object the keyword stands in. */
  readonly schema: JsonObject
  /** Name of the file the schema stands in, for its `$ref`s. */
  readonly file: string
}

/** By address, made when first asked for: a schema may hold itself. */
const known = new Map<string, Test>()

export function matchesSchema(value: Json, address: SchemaAddress): boolean {
  return testAt(address.schema, address.pointer ?? '')(value)
}

/** Of a schema of the project's own; one that refers to definitions is left to ajv. */
export function matchesOwnSchema(value: Json, schema: JsonObject): boolean {
  return !JSON.stringify(schema).includes('"$ref"') && testOf(schema, '')(value)
}

function testAt(file: string, pointer: string): Test {
  const key = `${file}#${pointer}`
  let test = known.get(key)
  if (test === undefined) {
    test = testOf(valueAtPointer(loadSchema(file), pointer), file)
    known.set(key, test)
  }
  return test
}

const yes: Test = () => true
const no: Test = () => false

function testOf(schema: Json | undefined, file: string): Test {
  if (typeof schema === 'boolean') return schema ? yes : no
  if (!isJsonObject(schema)) return no
  const tests: Test[] = []
  for (const [name, argument] of Object.entries(schema)) {
    if (silent.has(name)) continue
    tests.push(keywords.get(name)?.({ argument, schema, file }) ?? no)
  }
  return (value) => {
    for (const test of tests) if (!test(value)) return false
    return true
  }
}

/** Words about the schema, and parts of other keywords. */
const silent = new Set([
  '$schema',
  '$id',
  '$comment',
  'title',
  'description',
  'examples',
  'definitions',
  'then',
  'else',
])

const keywords: ReadonlyMap<string, (rule: Rule) => Test> = new Map([
  ['$ref', referenceTest],
  ['type', typeTest],
  ['enum', ({ argument }: Rule): Test => isOneOf(listOf(argument))],
  ['const', ({ argument }: Rule): Test => isOneOf([argument])],
  ['not', notTest],
  ['allOf', allTest],
  ['if', conditionTest],
  ['properties', propertiesTest],
  ['additionalProperties', additionalTest],
  ['propertyNames', namesTest],
  ['required', requiredTest],
  ['items', itemsTest],
  ['pattern', patternTest],
  ['minimum', atLeast(numberIn)],
  ['maximum', atMost(numberIn)],
  ['exclusiveMinimum', above],
  ['exclusiveMaximum', below],
  ['minItems', atLeast(countOfItems)],
  ['minLength', atLeast(lengthOf)],
  ['maxLength', atMost(lengthOf)],
  ['minProperties', atLeast(countOfKeys)],
  ['maxProperties', atMost(countOfKeys)],
])

function isOneOf(allowed: readonly Json[]): Test {
  return (value) => allowed.includes(value)
}

function atLeast(measure: (value: Json) => number | undefined): (rule: Rule) => Test {
  return ({ argument }) => {
    if (typeof argument !== 'number') return no
    return (value) => (measure(value) ?? argument) >= argument
  }
}

function atMost(measure: (value: Json) => number | undefined): (rule: Rule) => Test {
  return ({ argument }) => {
    if (typeof argument !== 'number') return no
    return (value) => (measure(value) ?? argument) <= argument
  }
}

function above({ argument }: Rule): Test {
  if (typeof argument !== 'number') return no
  return (value) => typeof value !== 'number' || value > argument
}

function below({ argument }: Rule): Test {
  if (typeof argument !== 'number') return no
  return (value) => typeof value !== 'number' || value < argument
}

function numberIn(value: Json): number | undefined {
  return typeof value === 'number' ? value : undefined
}

/** In code points, as JSON Schema counts. */
function lengthOf(value: Json): number | undefined {
  return typeof value === 'string' ? Array.from(value).length : undefined
}

function countOfItems(value: Json): number | undefined {
  return isJsonArray(value) ? value.length : undefined
}

function countOfKeys(value: Json): number | undefined {
  return isJsonObject(value) ? Object.keys(value).length : undefined
}

function listOf(value: Json): readonly Json[] {
  return isJsonArray(value) ? value : [value]
}

function typeTest({ argument }: Rule): Test {
  const types = new Set(listOf(argument))
  const isNumber = types.has('number')
  const isWholeNumber = types.has('integer')
  return (value) => {
    if (value === null) return types.has('null')
    if (typeof value === 'number') return isNumber || (isWholeNumber && Number.isInteger(value))
    if (typeof value === 'object') return types.has(isJsonArray(value) ? 'array' : 'object')
    return types.has(typeof value)
  }
}

/** `config.schema.json#/definitions/model`, or `#/definitions/model` of the same file. */
function referenceTest({ argument, file }: Rule): Test {
  if (typeof argument !== 'string') return no
  const at = argument.indexOf('#')
  const target = at > 0 ? argument.slice(0, at).replace('.schema.json', '') : file
  const pointer = argument.slice(at + 1)
  let test: Test | undefined
  return (value) => {
    test ??= testAt(target, pointer)
    return test(value)
  }
}

function notTest({ argument, file }: Rule): Test {
  const test = testOf(argument, file)
  return (value) => !test(value)
}

function allTest({ argument, file }: Rule): Test {
  const tests = listOf(argument).map((part) => testOf(part, file))
  return (value) => tests.every((test) => test(value))
}

function conditionTest({ argument, schema, file }: Rule): Test {
  const condition = testOf(argument, file)
  const whenTrue = testOf(schema['then'] ?? true, file)
  const whenFalse = testOf(schema['else'] ?? true, file)
  return (value) => (condition(value) ? whenTrue(value) : whenFalse(value))
}

/** Together with `additionalProperties`, which judges the keys that are not among them. */
function propertiesTest({ argument, schema, file }: Rule): Test {
  if (!isJsonObject(argument)) return no
  const tests = new Map(Object.entries(argument).map(([name, part]) => [name, testOf(part, file)]))
  const additional = testOf(schema['additionalProperties'] ?? true, file)
  return (value) => {
    if (!isJsonObject(value)) return true
    for (const name of Object.keys(value)) {
      const test = tests.get(name) ?? additional
      const item = value[name] ?? null
      if (!isTemplate(item) && !test(item)) return false
    }
    return true
  }
}

/** Beside `properties` it is that keyword's work. */
function additionalTest(rule: Rule): Test {
  return rule.schema['properties'] === undefined ? propertiesTest({ ...rule, argument: {} }) : yes
}

function namesTest({ argument, file }: Rule): Test {
  const test = testOf(argument, file)
  return (value) => !isJsonObject(value) || Object.keys(value).every((name) => test(name))
}

function requiredTest({ argument }: Rule): Test {
  const names = listOf(argument).map(String)
  return (value) => !isJsonObject(value) || names.every((name) => Object.hasOwn(value, name))
}

function itemsTest({ argument, file }: Rule): Test {
  const test = testOf(argument, file)
  return (value) => !isJsonArray(value) || value.every((item) => isTemplate(item) || test(item))
}

/** A text that is rendered later, or never (another target's): what it will be cannot be judged, by ajv neither. */
function isTemplate(value: Json): boolean {
  return typeof value === 'string' && value.includes('{{')
}

function patternTest({ argument }: Rule): Test {
  if (typeof argument !== 'string') return no
  const pattern = new RegExp(argument, 'u')
  return (value) => typeof value !== 'string' || pattern.test(value)
}
