/** The configs of a source and its table to how old its rows may be and what tells their age. */
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import type { Freshness, LoadedAt, Period } from '../../../core/node/freshness.ts'
import { isJsonObject, type Json } from '../../../core/json.ts'
import { type ConfigEntries, scalarText } from '../resolve-config.ts'

/** undefined: not checked, since there is no limit. */
export function freshnessOf(config: ConfigEntries): Freshness | undefined {
  const value = config['freshness']?.value
  if (!isJsonObject(value)) return undefined
  const warnAfter = periodOf(value['warn_after'])
  const errorAfter = periodOf(value['error_after'])
  if (warnAfter === undefined && errorAfter === undefined) return undefined
  const filter = value['filter']
  return { warnAfter, errorAfter, filter: typeof filter === 'string' ? filter : undefined }
}

const periods = ['minute', 'hour', 'day'] as const

/** As in dbt, a limit without a count or without a period is none. */
function periodOf(value: Json | undefined): Period | undefined {
  if (!isJsonObject(value)) return undefined
  const { count, period } = value
  const found = periods.find((name) => name === period)
  return typeof count === 'number' && found !== undefined ? { count, period: found } : undefined
}

/** The highest layer that says one of the two decides; layers low to high. */
export function loadedAtOf(
  layers: readonly ConfigEntries[],
  faults: Diagnostic[],
): LoadedAt | undefined {
  const layer = layers.findLast(
    (each) => each['loaded_at_field'] !== undefined || each['loaded_at_query'] !== undefined,
  )
  const field = layer?.['loaded_at_field']
  const query = layer?.['loaded_at_query']
  const isGiven = (entry: typeof field) => entry !== undefined && entry.value !== null
  if (field !== undefined && query !== undefined && isGiven(field) && isGiven(query)) {
    faults.push(
      errorDiagnostic({
        code: 'invalid-value',
        message: 'expected "loaded_at_field" or "loaded_at_query", found both',
        span: query.span,
        related: [{ message: 'the other one', span: field.span }],
      }),
    )
  }
  if (query !== undefined && isGiven(query)) {
    const text = scalarText(query.value)
    return { kind: 'query', query: { text, isInTransaction: true, span: query.span } }
  }
  if (field === undefined || !isGiven(field)) return undefined
  return { kind: 'field', expression: scalarText(field.value) }
}
