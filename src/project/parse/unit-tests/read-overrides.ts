/** What a unit test says in place of macros, vars, environment variables and the clock, checked. */
import { type Diagnostic, errorDiagnostic, nearestName } from '../../../core/diagnostic.ts'
import { parseInstant } from '../../../core/time/instant.ts'
import type { Json } from '../../../core/json.ts'
import type { UnitTestOverrides } from '../../../core/node/unit-test.ts'
import type { PlacedText } from '../../read/config-entry.ts'
import type { UnitTestEntry } from '../../read/properties/property-file.ts'
import type { MacroLibrary } from '../../template/template.ts'
import { scalarText } from '../resolve-config.ts'

interface OverridesContext {
  readonly library: MacroLibrary
  readonly faults: Diagnostic[]
}

export function readOverrides(
  { library, faults }: OverridesContext,
  entry: UnitTestEntry,
): UnitTestOverrides {
  const macros: Record<string, string | number | boolean> = {}
  let isIncremental: boolean | undefined
  for (const [name, { value, span }] of Object.entries(entry.macros)) {
    if (name === 'is_incremental') {
      if (typeof value === 'boolean') isIncremental = value
      else faults.push(noBoolean(scalarText(value), span))
      continue
    }
    if (library.macros.has(name)) macros[name] = constantOf(value)
    else faults.push(unknownMacro(name, library, span))
  }
  const envVars = Object.entries(entry.envVars).map(([name, value]) => [name, scalarText(value)])
  return {
    macros,
    isIncremental,
    vars: entry.vars,
    envVars: Object.fromEntries(envVars),
    now: entry.now === undefined ? undefined : readInstant(entry.now, faults),
    written: entry.overrides,
  }
}

function constantOf(value: Json): string | number | boolean {
  return typeof value === 'boolean' || typeof value === 'number' ? value : scalarText(value)
}

function noBoolean(found: string, span: Diagnostic['span']): Diagnostic {
  return errorDiagnostic({
    code: 'invalid-value',
    message: `expected true or false for is_incremental, found "${found}"`,
    span,
  })
}

function unknownMacro(name: string, library: MacroLibrary, span: Diagnostic['span']): Diagnostic {
  const nearest = nearestName(name, ['is_incremental', ...library.macros.keys()])
  return errorDiagnostic({
    code: 'unknown-name',
    message: `expected the name of a macro to override, found "${name}"`,
    span,
    hint: nearest === undefined ? undefined : `did you mean "${nearest}"?`,
  })
}

/** ISO 8601, UTC; a time without a zone is UTC. */
function readInstant({ text, span }: PlacedText, faults: Diagnostic[]): string | undefined {
  const instant = parseInstant(text)
  if (instant !== undefined) {
    return `${instant.date.toISOString().slice(0, 19)}${instant.fraction}Z`
  }
  faults.push(
    errorDiagnostic({
      code: 'invalid-value',
      message: `expected a time for "now", found "${text}"`,
      span,
      hint: 'for example "2026-01-31 12:00:00", which is UTC',
    }),
  )
  return undefined
}
