/** What a unit test says in place of macros, vars, environment variables and the clock, checked. */
import { type Diagnostic, errorDiagnostic, nearestName } from '../../../core/diagnostic.ts'
import type { UnitTestOverrides } from '../../../core/unit-test.ts'
import type { PlacedText, UnitTestEntry } from '../../read/project.ts'
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
  const macros: Record<string, string> = {}
  let isIncremental: boolean | undefined
  for (const [name, { value, span }] of Object.entries(entry.macros)) {
    if (name === 'is_incremental') {
      if (typeof value === 'boolean') isIncremental = value
      else faults.push(noBoolean(scalarText(value), span))
      continue
    }
    if (library.macros.has(name)) macros[name] = scalarText(value)
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

const instant =
  /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2})(?::(\d{2})(\.\d{1,6})?)?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/

/** ISO 8601, UTC; a time without a zone is UTC. */
function readInstant({ text, span }: PlacedText, faults: Diagnostic[]): string | undefined {
  const match = instant.exec(text.trim())
  const [, day = '', minutes = '00:00', seconds = '00', fraction = '', zone = 'Z'] = match ?? []
  const offset = /^[+-]\d{2}$/.test(zone) ? `${zone}:00` : zone.replace(/^(...)(\d\d)$/, '$1:$2')
  const time = new Date(`${day}T${minutes}:${seconds}${offset}`)
  if (match !== null && !Number.isNaN(time.getTime())) {
    return `${time.toISOString().slice(0, 19)}${fraction}Z`
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
