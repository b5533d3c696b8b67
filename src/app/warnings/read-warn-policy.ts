/** The text of `--warn-error-options` to a policy; every name is the code of a diagnostic. */
import { type Diagnostic, errorDiagnostic, nearestName } from '../../core/diagnostic.ts'
import { diagnosticCodes } from '../../core/diagnostic-codes.ts'
import { isJsonArray, type JsonObject } from '../../core/json.ts'
import { failure, type Result, success } from '../../core/result.ts'
import type { WarnPolicy } from '../../core/settings/warn-policy.ts'
import { parseVars } from '../../project/read/settings/parse-vars.ts'

const flag = '--warn-error-options'
const keys = ['error', 'warn', 'silence'] as const

export async function readWarnPolicy(text: string): Promise<Result<WarnPolicy>> {
  const parsed = await parseVars(text, flag)
  if (!parsed.ok) return parsed
  const options = parsed.value
  const faults = Object.keys(options).flatMap((key) => unknown(key, keys, 'a key') ?? [])
  const isAll = options['error'] === 'all' || options['error'] === '*'
  const names = {
    error: isAll ? [] : namesIn(options, 'error', faults),
    warn: namesIn(options, 'warn', faults),
    silence: namesIn(options, 'silence', faults),
  }
  if (faults.length > 0) return failure(faults)
  return success(isAll ? { ...names, error: 'all' } : names)
}

function namesIn(options: JsonObject, key: string, faults: Diagnostic[]): readonly string[] {
  const value = options[key] ?? []
  const items = isJsonArray(value) ? value : [value]
  const names = items.map((item) => (typeof item === 'string' ? item : JSON.stringify(item)))
  const codes = Object.keys(diagnosticCodes)
  faults.push(...names.flatMap((name) => unknown(name, codes, 'the code of a warning') ?? []))
  return names
}

function unknown(name: string, known: readonly string[], what: string): Diagnostic | undefined {
  if (known.includes(name)) return undefined
  const nearest = nearestName(name, known)
  return errorDiagnostic({
    code: 'invalid-value',
    message: `expected ${what} in ${flag}, found "${name}"`,
    hint:
      nearest === undefined
        ? 'for example: {error: all, warn: [empty-selection], silence: [not-applied]}'
        : `did you mean "${nearest}"?`,
  })
}
