/** One broken rule of a schema to a diagnostic: what was expected there, what was found, what to write instead. */
import { type Diagnostic, errorDiagnostic, nearestName } from '../../../core/diagnostic.ts'
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../../core/json.ts'
import type { SchemaFault } from '../compile-schema.ts'
import { loadSchema, valueAtPointer } from './load-schema.ts'
import {
  entriesOf,
  entryOf,
  type PlacedEntry,
  type PlacedMap,
  type PlacedValue,
} from '../yaml/placed-value.ts'

interface Place {
  readonly value: PlacedValue
  /** The key the value stands under; undefined for an item of a list. */
  readonly entry: PlacedEntry | undefined
}

/** undefined: another fault of the same value already says it. */
export function explainFault(fault: SchemaFault, root: PlacedMap): Diagnostic | undefined {
  const place = placeAt(root, fault.path)
  if (isSilent(fault, place.value)) return undefined
  if (isTree(fault) && fault.keyword === 'type' && fault.path.length > 1) {
    return explainPlainKey(fault, place)
  }
  if (fault.property !== undefined) return explainProperty(fault, fault.property, place)
  if (fault.keyword === 'not') return explainNot(fault, place)
  const expected = expectedBy(fault)
  return errorDiagnostic({
    code: 'invalid-value',
    message: `expected ${expected}, found ${countFound(fault, place.value)}`,
    span:
      place.value.kind === 'scalar' ? place.value.span : (place.entry?.keySpan ?? place.value.span),
    hint: nearestValue(fault, place.value) ?? otherForm(fault, place.value),
  })
}

/** A template that is not rendered (of a target not chosen, or one that failed) may become any value. */
function isSilent(fault: SchemaFault, value: PlacedValue): boolean {
  if (['if', 'propertyNames'].includes(fault.keyword)) return true
  return value.kind === 'scalar' && typeof value.value === 'string' && value.value.includes('{{')
}

export function isTree(fault: SchemaFault): boolean {
  const comment = fault.schema['$comment']
  return typeof comment === 'string' && comment.startsWith('config tree')
}

function placeAt(root: PlacedMap, path: readonly string[]): Place {
  let place: Place = { value: root, entry: undefined }
  for (const part of path) {
    if (place.value.kind === 'map') {
      const entry = entryOf(place.value, part)
      if (entry === undefined) return place
      place = { value: entry.value, entry }
    } else if (place.value.kind === 'list') {
      const item = place.value.items[Number(part)]
      if (item === undefined) return place
      place = { value: item, entry: undefined }
    }
  }
  return place
}

function explainProperty(fault: SchemaFault, property: string, place: Place): Diagnostic {
  if (fault.keyword === 'required') {
    return errorDiagnostic({
      code: 'missing-key',
      message: `expected the key "${property}", found none`,
      span: place.entry?.keySpan ?? place.value.span,
    })
  }
  const known = fault.keyword === 'enum' ? textsIn(fault.rule) : propertiesOf(fault)
  return errorDiagnostic({
    code: 'unknown-key',
    message: `expected a known key, found "${property}"`,
    span: entryOf(place.value, property)?.keySpan ?? place.value.span,
    hint: cutType(property, place.value) ?? keyHint(property, known),
  })
}

/** `{data_type: decimal(10,2)}`: YAML ends the value at the comma, and what is behind it reads as a key. */
function cutType(property: string, map: PlacedValue): string | undefined {
  if (map.kind !== 'map' || !property.endsWith(')')) return undefined
  const before = map.entries[map.entries.findIndex(({ key }) => key === property) - 1]
  if (before?.value.kind !== 'scalar' || typeof before.value.value !== 'string') return undefined
  const { value } = before.value
  return value.includes('(') && !value.includes(')')
    ? `quote the value: ${before.key}: "${value},${property}"`
    : undefined
}

/** The keys that are known where the fault is. */
export function propertiesOf(fault: SchemaFault): readonly string[] {
  const properties = fault.schema['properties']
  return isJsonObject(properties) ? Object.keys(properties) : []
}

/** Keys of dbt's project file that mean nothing here, and what to do instead. */
const dbtHints: ReadonlyMap<string, string> = new Map([
  ['profile', 'targets stand in this file, under "targets"'],
  ['config-version', 'leave it out'],
  ['require-dbt-version', 'leave it out'],
  ['target-path', 'use --target-path'],
  ['log-path', 'leave it out: the log lies in the target folder'],
  ['packages-install-path', 'leave it out'],
])

/** Of an entry of dbt's packages.yml. */
const dbtPackageKeys: ReadonlySet<string> = new Set([
  'git',
  'tarball',
  'private',
  'revision',
  'subdirectory',
  'warn-unpinned',
  'install-prerelease',
])

function keyHint(property: string, known: readonly string[]): string | undefined {
  const near = nearestName(property, known) ?? longerName(property, known)
  if (near !== undefined) return `did you mean "${near}"?`
  if (known.includes('targets')) return dbtHints.get(property)
  if (known.includes('local') && dbtPackageKeys.has(property)) {
    return 'packages are npm packages ("package") or folders ("local"): dbt_utils ships with Assay'
  }
  return known.length <= 12 ? `keys that are known here: ${known.join(', ')}` : undefined
}

/** `strategy` is `incremental_strategy`; undefined: none has the word, or several have. */
function longerName(property: string, known: readonly string[]): string | undefined {
  const word = property.replace(/^\+/, '')
  const [only, ...others] = known.filter((name) => {
    const words = name.replace(/^\+/, '').split(/[_-]/)
    return words.length > 1 && words.includes(word)
  })
  return others.length === 0 ? only : undefined
}

/** In a config tree: a key without `+` whose value is no map. */
function explainPlainKey(fault: SchemaFault, place: Place): Diagnostic {
  const key = fault.path.at(-1) ?? ''
  const above = fault.path.at(-2) ?? ''
  const known = propertiesOf(fault)
  const isConfig = known.includes(`+${key}`)
  const isInMap = !isConfig && fault.path.length > 2 && known.includes(`+${above}`)
  const near = isInMap ? `+${above}` : nearestName(`+${key}`, known)
  return errorDiagnostic({
    code: isConfig ? 'unknown-key' : 'invalid-value',
    message: isConfig
      ? `expected "+${key}" or the name of a folder, found "${key}"`
      : `expected a map below the folder "${key}", found ${describeFound(place.value)}`,
    span: place.entry?.keySpan ?? place.value.span,
    hint:
      near === undefined
        ? 'a config begins with "+", a folder has a map below it'
        : `did you mean "${near}"? a config begins with "+"`,
  })
}

/** `not: {required: [a, b]}` is how a schema says that two spellings of one key exclude each other. */
function explainNot(fault: SchemaFault, place: Place): Diagnostic | undefined {
  const required = isJsonObject(fault.rule) ? fault.rule['required'] : undefined
  const names = textsIn(required)
  if (names.length === 0) {
    return errorDiagnostic({
      code: 'invalid-value',
      message: `expected ${expectedBy(fault)}, found ${describeFound(place.value)}`,
      span: place.value.span,
    })
  }
  // In the order of the file, so that the second one is pointed at.
  const written = entriesOf(place.value).filter((entry) => names.includes(entry.key))
  return errorDiagnostic({
    code: 'invalid-value',
    message: `expected ${names.map((name) => `"${name}"`).join(' or ')}, found both`,
    span: written.at(-1)?.keySpan ?? place.value.span,
    hint: 'they mean the same: keep one',
  })
}

const typeWords: ReadonlyMap<Json, string> = new Map([
  ['string', 'a text'],
  ['number', 'a number'],
  ['integer', 'a whole number'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['object', 'a map'],
])

function expectedBy(fault: SchemaFault): string {
  const { keyword, rule, schema } = fault
  const title = schema['title']
  if (typeof title === 'string') return title
  if (keyword === 'enum' || keyword === 'const') return allowedValues(rule)
  if (keyword === 'minimum') return `at least ${JSON.stringify(rule)}`
  if (keyword === 'maximum') return `at most ${JSON.stringify(rule)}`
  if (keyword === 'exclusiveMinimum') return `more than ${JSON.stringify(rule)}`
  if (keyword === 'exclusiveMaximum') return `less than ${JSON.stringify(rule)}`
  const types = typesIn(rule).flatMap((type) => typeWords.get(type) ?? [])
  return keyword === 'type' ? types.join(' or ') : plainRule(fault)
}

function typesIn(rule: Json): readonly Json[] {
  return isJsonArray(rule) ? rule : [rule]
}

function plainRule(fault: SchemaFault): string {
  if (fault.keyword === 'minLength') return 'a text that is not empty'
  if (fault.keyword === 'minItems') return `a list of at least ${JSON.stringify(fault.rule)}`
  if (fault.keyword === 'minProperties') return 'a map with at least one key'
  return `a value that fits ${fault.keyword} ${JSON.stringify(fault.rule)}`
}

function allowedValues(rule: Json): string {
  const allowed = typesIn(rule).filter((value) => value !== null)
  const words = allowed.map((value) => JSON.stringify(value))
  return words.length === 1 ? (words[0] ?? '') : `one of ${words.join(', ')}`
}

function textsIn(rule: Json | undefined): readonly string[] {
  return isJsonArray(rule) ? rule.filter((value) => typeof value === 'string') : []
}

function nearestValue(fault: SchemaFault, value: PlacedValue): string | undefined {
  if (fault.keyword !== 'enum' || value.kind !== 'scalar') return undefined
  if (typeof value.value !== 'string') return undefined
  const near = nearestName(value.value, textsIn(fault.rule))
  // A name with another number is no slip: latin2 is not latin1.
  if (near !== undefined && hasOtherDigits(near, value.value)) return undefined
  return near === undefined ? undefined : `did you mean "${near}"?`
}

function hasOtherDigits(left: string, right: string): boolean {
  const [digits, others] = [left, right].map((name) => name.replace(/\D/g, ''))
  return digits !== '' && others !== '' && digits !== others
}

/** A text where a list or map of it is meant: how it is written as that. */
function otherForm({ keyword, rule, schema }: SchemaFault, value: PlacedValue): string | undefined {
  if (keyword !== 'type' || value.kind !== 'scalar') return undefined
  const [example] = textsAndMaps(schema['examples'])
  if (example !== undefined) return `for example ${example}`
  if (typeof value.value !== 'string' || value.value === '') return undefined
  const types = typesIn(rule)
  const [key] = textsIn(schema['required'])
  if (types.includes('array')) {
    const inner = mapKeyOf(schema['items'])
    return inner === undefined ? `write [${value.value}]` : `write [{${inner}: ${value.value}}]`
  }
  return types.includes('object') && key !== undefined
    ? `write {${key}: ${value.value}}`
    : undefined
}

/** The key that an item must have; undefined: an item may be a text. */
function mapKeyOf(items: Json | undefined): string | undefined {
  if (!isJsonObject(items)) return undefined
  const schema = { ...definitionOf(items['$ref']), ...items }
  const isMap = typesIn(schema['type'] ?? null).every((type) => type === 'object')
  return isMap ? textsIn(schema['required'])[0] : undefined
}

/** A reference without a file is to one of properties, where most lists of maps are. */
function definitionOf(reference: Json | undefined): JsonObject {
  if (typeof reference !== 'string') return {}
  const [file = '', pointer = ''] = reference.split('#')
  const name = file === '' ? 'properties' : file.replace('.schema.json', '')
  const found = valueAtPointer(loadSchema(name), pointer)
  return isJsonObject(found) ? found : {}
}

/** As YAML of one line. */
function textsAndMaps(examples: Json | undefined): readonly string[] {
  if (!isJsonArray(examples)) return []
  return examples.flatMap((example) => {
    if (!isJsonObject(example)) return []
    const entries = Object.entries(example).map(
      ([key, value]) => `${key}: ${JSON.stringify(value)}`,
    )
    return [`{${entries.join(', ')}}`]
  })
}

/** Where the number of items is at fault, that number. */
function countFound({ keyword }: SchemaFault, value: PlacedValue): string {
  if (keyword !== 'minItems' || value.kind !== 'list') return describeFound(value)
  return value.items.length === 0 ? 'an empty list' : `a list of ${String(value.items.length)}`
}

export function describeFound(value: PlacedValue): string {
  if (value.kind !== 'scalar') return value.kind === 'list' ? 'a list' : 'a map'
  return value.value === null ? 'nothing' : JSON.stringify(value.value)
}
