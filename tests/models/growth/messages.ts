/** Messages of a test's own to the seed that stands for the raw table. */
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
