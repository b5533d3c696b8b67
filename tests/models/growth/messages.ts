/** Messages of a test's own, in a seed that takes the place of the raw table: a test says when a message arrived. */
import { recordColumns } from '../../../src/app/generate/message.ts'

export interface TestMessage {
  /** `2025-03-01 10:00:00`, or what a faulty sender sends. */
  readonly at: string | null
  readonly name: string | null
  readonly user?: string | null
  readonly anonymous?: string | null
  /** A platform of its own keeps an example apart in the views by platform. */
  readonly platform?: string
  readonly items?: string | readonly TestItem[]
  readonly id?: string | null
  readonly order?: string
  readonly experiment?: readonly [string, string]
  readonly currency?: string
}

export type TestItem = Readonly<Record<string, string | number | boolean | null>>

const columns = ['_load_seq', '_batch_id', '_loaded_at', ...recordColumns]

/** What the models read instead of the sample: rows as the raw table would hold them. */
export function filesOf(seed: string): Readonly<Record<string, string>> {
  return {
    'seeds/growth_events.csv': seed,
    'seeds/growth_events.yml': properties,
    'models/staging/growth/stg_ingested_events.sql': 'select * from {{ref "growth_events"}}\n',
  }
}

const properties = `seeds:
  - name: growth_events
    config:
      arrival_column: _load_seq
      delivery: at_least_once
      column_types:
        _load_seq: bigint
        _batch_id: varchar
        _loaded_at: timestamptz
${recordColumns.map((column) => `        ${column}: varchar\n`).join('')}`

/** In order of arrival; every batch was loaded then. */
export function seedOf(messages: readonly TestMessage[], loadedAt: string): string {
  const lines = messages.map((message, index) => {
    const { items = null } = message
    return [
      index + 1,
      'batch_1',
      loadedAt,
      message.id === undefined ? null : message.id,
      message.name,
      message.at,
      message.user ?? null,
      message.anonymous ?? null,
      message.platform ?? 'web',
      message.order ?? null,
      message.currency ?? null,
      message.experiment?.[0] ?? null,
      message.experiment?.[1] ?? null,
      items === null || typeof items === 'string' ? items : JSON.stringify(items),
    ]
      .map(cell)
      .join(',')
  })
  return [columns.join(','), ...lines, ''].join('\n')
}

function cell(value: string | number | null): string {
  const text = value === null ? '' : String(value)
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
