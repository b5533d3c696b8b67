/** Placed values to every diagnostic their schema gives, each with the place of the key or value. */
import { type Diagnostic, errorDiagnostic, nearestName } from '../../../core/diagnostic.ts'
import type { JsonObject } from '../../../core/json.ts'
import { compileOwnSchema, compileSchema, type SchemaFault } from '../compile-schema.ts'
import { type PlacedMap, type PlacedValue, toJsonObject } from '../yaml/placed-value.ts'
import { describeFound, explainFault, isTree, propertiesOf } from './explain-fault.ts'
import type { SchemaAddress } from './load-schema.ts'
import { matchesOwnSchema, matchesSchema } from './matches-schema.ts'

export function checkValues(map: PlacedMap, address: SchemaAddress): readonly Diagnostic[] {
  return checkJson(toJsonObject(map), { map, address })
}

interface Checked {
  /** Where the values stand. */
  readonly map: PlacedMap
  readonly address: SchemaAddress
}

/** Likewise, for values whose JSON is already at hand. */
export function checkJson(json: JsonObject, checked: Checked): readonly Diagnostic[] {
  if (matchesSchema(json, checked.address)) return []
  return explained(compileSchema(checked.address)(json), checked.map)
}

/** Against a schema of the project's own. Throws where it is none. */
export function checkByOwnSchema(map: PlacedMap, schema: JsonObject): readonly Diagnostic[] {
  const json = toJsonObject(map)
  return matchesOwnSchema(json, schema) ? [] : explained(compileOwnSchema(schema)(json), map)
}

function explained(found: readonly SchemaFault[], map: PlacedMap): readonly Diagnostic[] {
  const diagnostics = withoutRepeats(found).flatMap((fault) => explainFault(fault, map) ?? [])
  return diagnostics.toSorted(
    (left, right) =>
      (left.span?.line ?? 0) - (right.span?.line ?? 0) ||
      (left.span?.column ?? 0) - (right.span?.column ?? 0),
  )
}

/** The top of a file has to be a map. */
export function expectMap(value: PlacedValue, keys: string): Diagnostic | undefined {
  if (value.kind === 'map') return undefined
  return errorDiagnostic({
    code: 'invalid-value',
    message: `expected a map with keys such as ${keys}, found ${describeFound(value)}`,
    span: value.span,
  })
}

/** A key that is unknown has no value worth checking, and one fault of a value is enough. */
function withoutRepeats(faults: readonly SchemaFault[]): readonly SchemaFault[] {
  const unknown = new Set(
    faults.filter(isUnknownKey).map((fault) => keyOf([...fault.path, fault.property ?? ''])),
  )
  const told = new Set<string>()
  return faults.filter((fault) => {
    if (fault.keyword === 'if' || fault.keyword === 'propertyNames') return false
    if (fault.path.some((_, index) => unknown.has(keyOf(fault.path.slice(0, index + 1))))) {
      return false
    }
    if (fault.keyword === 'required' && isMisspelt(fault, faults)) return false
    const key = `${keyOf(fault.path)} ${kindOf(fault)}`
    if (told.has(key)) return false
    told.add(key)
    return true
  })
}

function isUnknownKey(fault: SchemaFault): boolean {
  return fault.property !== undefined && fault.keyword !== 'required'
}

/** The missing key is there under a wrong name, and that has been said. */
function isMisspelt(missing: SchemaFault, faults: readonly SchemaFault[]): boolean {
  const place = keyOf(missing.path)
  return faults.some((fault) => {
    if (fault.property === undefined || !isUnknownKey(fault) || keyOf(fault.path) !== place)
      return false
    return nearestName(fault.property, propertiesOf(fault)) === missing.property
  })
}

function kindOf(fault: SchemaFault): string {
  if (fault.property !== undefined) return `${fault.keyword === 'required'} ${fault.property}`
  if (fault.keyword === 'not') return JSON.stringify(fault.rule)
  return isTree(fault) ? 'tree' : 'value'
}

function keyOf(path: readonly string[]): string {
  return JSON.stringify(path)
}
