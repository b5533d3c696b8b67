/** Configs as they are written, in assay.yml or beside a node: each value with its place. */
import type { SourceSpan } from '../../core/diagnostic.ts'
import type { Json } from '../../core/json.ts'

export interface ConfigEntry {
  readonly value: Json
  /** As it was written, where it is rendered from a template: the same on every target. */
  readonly unrendered?: Json
  readonly span: SourceSpan
  /** Of each item of a list of hooks, which are templates of their own. */
  readonly itemSpans?: readonly SourceSpan[]
}

export type ConfigTreeName =
  | 'models'
  | 'seeds'
  | 'snapshots'
  | 'sources'
  | 'data_tests'
  | 'unit_tests'
  | 'analyses'
  | 'exposures'

/** The configs under `models:` and its siblings: the node's own first, then one level of folders down. */
export interface ConfigTree {
  /** Keys without their `+`. */
  readonly configs: Readonly<Record<string, ConfigEntry>>
  readonly children: Readonly<Record<string, ConfigTree>>
  readonly span: SourceSpan
}

export interface NotApplied {
  readonly key: string
  readonly span: SourceSpan
  /** Of a flag: how it is whatever is said; left out: it means nothing here. */
  readonly alwaysIs?: boolean
  /** Of a file that is not read: what to do; left out: it is a key. */
  readonly instead?: string
}

export interface PlacedText {
  readonly text: string
  readonly span: SourceSpan
}
