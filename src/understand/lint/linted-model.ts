/** What the rules of lint are given, and what they give back. */
import type { DiagnosticCode } from '../../core/diagnostic-codes.ts'
import type { RelatedPlace, SourceSpan } from '../../core/diagnostic.ts'
import type { ModelNode, Node } from '../../core/node.ts'
import type { KnownKeys } from './known-keys.ts'
import type { Query } from './query-blocks.ts'

export type LintCode = Extract<DiagnosticCode, `lint-${string}` | 'dialect-gap'>

/** A model's SQL with stand-ins for what only a run knows. */
export interface LintedModel {
  readonly node: ModelNode
  /** The incremental model whose rows this SQL makes: the model itself, or one that inlines it. */
  readonly incremental: ModelNode | undefined
  readonly query: Query
  /** The nodes that stand-ins mean, by the stand-in's text. */
  readonly relations: ReadonlyMap<string, Node>
  readonly keys: KnownKeys
}

/** Something a rule found, between two tokens, both among it. */
export interface Found {
  readonly code: LintCode
  readonly from: number
  readonly to: number
  /** Expected first, found second. */
  readonly message: string
  readonly hint: string
}

export interface Place {
  readonly span: SourceSpan
  readonly related: readonly RelatedPlace[]
}

/** Stands for `{{this}}`, `{{run_started_at}}` and `{{invocation_id}}`. */
export const standIns = {
  this: '__assay_this',
  runStartedAt: '__assay_run_started_at',
  invocationId: '__assay_invocation_id',
} as const

/** A stretch of the SQL as a reader knows it, cut to one short line. */
export function shown(
  { query: { view }, relations }: LintedModel,
  from: number,
  to: number,
): string {
  const text = view.sql.slice(view.tokens[from]?.start, view.tokens[to]?.end)
  const named = text
    .replace(/__assay_(?:ref|rows)_\d+/g, (name) => relations.get(name)?.name ?? name)
    .replaceAll(standIns.this, '{{this}}')
    .replaceAll(standIns.runStartedAt, '{{run_started_at}}')
    .replaceAll(standIns.invocationId, '{{invocation_id}}')
    .replace(/\s+/g, ' ')
  return named.length > 60 ? `${named.slice(0, 59)}…` : named
}
