/** Flags, environment and assay.yml to the one target of this command, rendered. */
import { type Diagnostic, errorDiagnostic, nearestName } from '../../../core/diagnostic.ts'
import {
  entriesOf,
  entryOf,
  type PlacedEntry,
  type PlacedMap,
  type PlacedValue,
  textOf,
  valueOf,
} from '../yaml/placed-value.ts'

export interface Wanted {
  readonly name: string
  /** Where assay.yml names it; undefined when a flag or ASSAY_TARGET did. */
  readonly value: PlacedValue | undefined
  readonly from: '--target or ASSAY_TARGET' | 'ASSAY_TARGET' | 'assay.yml'
}

/** The target's entry under `targets`, or the fault; a fault of the schema is left to the schema. */
export function chooseTarget(
  file: PlacedMap,
  wanted: Wanted | undefined,
): { readonly entry: PlacedEntry | undefined; readonly faults: readonly Diagnostic[] } {
  const targets = entriesOf(valueOf(file, 'targets'))
  if (targets.length === 0) return { entry: undefined, faults: [] }
  if (wanted === undefined) return chooseWithoutName(file, targets)
  const entry = targets.find((target) => target.key === wanted.name)
  if (entry === undefined) return { entry, faults: [unknownTarget(wanted, targets)] }
  return { entry, faults: laterTarget(entry) }
}

function chooseWithoutName(
  file: PlacedMap,
  targets: readonly PlacedEntry[],
): { readonly entry: PlacedEntry | undefined; readonly faults: readonly Diagnostic[] } {
  const only = targets.length === 1 ? targets[0] : undefined
  const entry = targets.find((target) => target.key === 'default') ?? only
  if (entry !== undefined) return { entry, faults: laterTarget(entry) }
  const fault = errorDiagnostic({
    code: 'missing-key',
    message: 'expected the key "target", found none',
    span: entryOf(file, 'targets')?.keySpan ?? file.span,
    hint: `name one of ${namesOf(targets)} with "target" or --target`,
  })
  return { entry: undefined, faults: [fault] }
}

function unknownTarget(wanted: Wanted, targets: readonly PlacedEntry[]): Diagnostic {
  const near = nearestName(
    wanted.name,
    targets.map((target) => target.key),
  )
  const source = wanted.from === 'assay.yml' ? '' : ` from ${wanted.from}`
  const known = targets.length === 1 ? 'the target' : 'one of the targets'
  return errorDiagnostic({
    code: 'unknown-target',
    message: `expected ${known} ${namesOf(targets)}, found "${wanted.name}"${source}`,
    span: wanted.value?.span,
    hint: near === undefined ? undefined : `did you mean "${near}"?`,
  })
}

function namesOf(targets: readonly PlacedEntry[]): string {
  return targets.map((target) => `"${target.key}"`).join(', ')
}

function laterTarget(entry: PlacedEntry): readonly Diagnostic[] {
  if (textOf(entry.value, 'type') !== 'trino') return []
  return [
    errorDiagnostic({
      code: 'unknown-target',
      message: `expected a target of type "duckdb" or "postgres", found "${entry.key}" of type "trino"`,
      span: valueOf(entry.value, 'type')?.span ?? entry.keySpan,
      hint: 'Trino comes with a later version: choose another target with --target',
    }),
  ]
}
