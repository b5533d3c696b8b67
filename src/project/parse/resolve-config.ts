/** From the layers of configs that apply to a node to its typed config. */
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../core/json.ts'
import type { Access, Arrival, DeadLetterRule, Materialization } from '../../core/node.ts'
import type { SwapMethod } from '../../core/target.ts'
import type { ConfigEntry } from '../read/config-entry.ts'
import { withArticle } from '../../core/with-article.ts'

export type ConfigEntries = Readonly<Record<string, ConfigEntry>>

export function textOf(entries: ConfigEntries, key: string): string | undefined {
  const value = entries[key]?.value
  return value === undefined || value === null ? undefined : scalarText(value)
}

export function textsOf(entries: ConfigEntries, key: string): readonly string[] {
  const value = entries[key]?.value
  if (value === undefined || value === null) return []
  return isJsonArray(value) ? value.map(scalarText) : [scalarText(value)]
}

export function objectOf(entries: ConfigEntries, key: string): JsonObject {
  const value = entries[key]?.value
  return isJsonObject(value) ? value : {}
}

export function numberOf(entries: ConfigEntries, key: string): number | undefined {
  const value = entries[key]?.value
  return typeof value === 'number' ? value : undefined
}

export function booleanOf(entries: ConfigEntries, key: string): boolean | undefined {
  const value = entries[key]?.value
  return typeof value === 'boolean' ? value : undefined
}

export function isEnabled(entries: ConfigEntries): boolean {
  return booleanOf(entries, 'enabled') ?? true
}

/** Text as it is, anything else as JSON. */
export function scalarText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

const materializations = [
  'view',
  'table',
  'incremental',
  'ephemeral',
  'materialized_view',
  'external',
  'scd2',
] as const
const deliveries = ['exactly_once', 'at_least_once'] as const
const accesses = ['private', 'protected', 'public'] as const
const swaps = ['rename', 'refill'] as const

/** A model's materialization, but for what an incremental one needs beside. */
export function materializationName(entries: ConfigEntries): Materialization['name'] {
  return oneOf(entries, 'materialized', materializations, 'view')
}

/** What is not among the choices has been refused already, where it was read: with its place and the nearest one. */
export function oneOf<const Choice extends string>(
  entries: ConfigEntries,
  key: string,
  choices: readonly Choice[],
  fallback: Choice,
): Choice {
  const found = textOf(entries, key)
  return choices.find((choice) => choice === found) ?? fallback
}

/** An ephemeral model is a part of others' SQL, so it cannot be public. */
export function accessOf(
  entries: ConfigEntries,
  materialization: Materialization,
  faults: Diagnostic[],
): Access {
  const access = oneOf(entries, 'access', accesses, 'protected')
  if (access === 'public' && materialization.name === 'ephemeral') {
    faults.push(
      errorDiagnostic({
        code: 'invalid-value',
        message: 'expected "access: public" on a model that is built, found it on an ephemeral one',
        span: entries['access']?.span,
        hint: 'make it a view, or leave it "protected"',
      }),
    )
  }
  return access
}

/** undefined: no arrival column is declared. */
export function arrivalOf(entries: ConfigEntries): Arrival | undefined {
  const column = textOf(entries, 'arrival_column')
  if (column === undefined || column === '') return undefined
  return { column, delivery: oneOf(entries, 'delivery', deliveries, 'exactly_once') }
}

/** Only rows that are added and never changed can be followed by their arrival. */
export function checkedArrival(
  entries: ConfigEntries,
  materialization: Materialization,
  faults: Diagnostic[],
): Arrival | undefined {
  const arrival = arrivalOf(entries)
  const key = arrival === undefined ? 'delivery' : 'arrival_column'
  const span = entries[key]?.span
  if (arrival === undefined) {
    if (textOf(entries, 'delivery') === undefined) return undefined
    faults.push(
      errorDiagnostic({
        code: 'missing-key',
        message: 'expected "arrival_column" beside "delivery", found none',
        span,
        hint: 'name the column by which readers follow the rows',
      }),
    )
    return undefined
  }
  const isAppend = materialization.name === 'incremental' && materialization.strategy === 'append'
  if (isAppend || materialization.name === 'view') return arrival
  const what =
    materialization.name === 'incremental' ? `(${materialization.strategy}) model` : 'model'
  faults.push(
    errorDiagnostic({
      code: 'invalid-value',
      message: `expected "arrival_column" on an incremental model that appends or a view, found it on ${withArticle(materialization.name)} ${what}`,
      span,
      hint: 'leave it out: rows that may change are read by touched_keys, which needs no such column',
    }),
  )
  return undefined
}

export function deadLettersOf(
  entries: ConfigEntries,
  materialization: Materialization,
  faults: Diagnostic[],
): { readonly deadLetters?: DeadLetterRule } {
  const { reason } = objectOf(entries, 'dead_letters')
  if (typeof reason !== 'string') return {}
  const span = entries['dead_letters']?.span
  if (materialization.name !== 'ephemeral') return { deadLetters: { reason, isFinal: false, span } }
  faults.push(
    errorDiagnostic({
      code: 'invalid-value',
      message: 'expected "dead_letters" on a model that is built, found it on an ephemeral one',
      span,
      hint: 'make it a view',
    }),
  )
  return {}
}

/** undefined: the target decides. */
export function swapOf(entries: ConfigEntries): SwapMethod | undefined {
  const found = textOf(entries, 'swap')
  return swaps.find((swap) => swap === found)
}

/** `config` called more than once: the calls merge like layers, the n-th entry of each key in the n-th layer. */
export function inFileLayers(
  entries: readonly (readonly [string, readonly ConfigEntry[]])[],
): readonly Record<string, ConfigEntry>[] {
  const depth = Math.max(0, ...entries.map(([, values]) => values.length))
  return Array.from({ length: depth }, (_, index) =>
    Object.fromEntries(
      entries.flatMap(([key, values]) => {
        const value = values[index]
        return value === undefined ? [] : [[key, value] as const]
      }),
    ),
  )
}

/** The config as the manifest shows it: dbt's keys, plain values. */
export function plainConfig(entries: ConfigEntries, defaults: JsonObject): JsonObject {
  const values = Object.entries(entries).map(([key, entry]) => [key, entry.value] as const)
  return Object.fromEntries([...Object.entries(defaults), ...values])
}

/** The same, with templates as they were written; nothing when no value was rendered. */
export function unrenderedConfig(entries: ConfigEntries): { readonly unrendered?: JsonObject } {
  const values = Object.entries(entries).flatMap(([key, { unrendered }]) =>
    unrendered === undefined ? [] : [[key, unrendered] as const],
  )
  return values.length === 0 ? {} : { unrendered: Object.fromEntries(values) }
}
