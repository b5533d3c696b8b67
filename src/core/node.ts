/** The things a project is made of, after parsing: models, seeds, snapshots, sources, tests, analyses. */
import type { SourceSpan } from './diagnostic.ts'
import type { Contract } from './node/contract.ts'
import type { ExposureNode } from './node/exposure.ts'
import type { NodeHooks } from './node/hook.ts'
import type { ExternalFile } from './node/external-file.ts'
import type { Incremental, OnSchemaChange } from './node/incremental.ts'
import type { Freshness, LoadedAt } from './node/freshness.ts'
import type { Json, JsonObject } from './json.ts'
import type { LoadConfig } from './load/load.ts'
import type { Column, Relation } from './relation.ts'
import type { Storage } from './node/storage.ts'
import type { SwapMethod } from './target.ts'
import type { NodeBase } from './node/node-base.ts'
import type { ResourceType, UniqueId } from './node/unique-id.ts'
import type { UnitTestNode } from './node/unit-test.ts'

export type { ResourceType, UniqueId } from './node/unique-id.ts'

export interface ColumnProperties {
  readonly name: string
  readonly span: SourceSpan
  readonly description: string
  /** As of a node. */
  readonly docBlocks?: readonly string[]
  readonly dataType?: string
  /** `quote: true`: left out when nothing is said. */
  readonly quote?: boolean
  /** As written; left out: none. */
  readonly constraints?: readonly JsonObject[]
  readonly tags: readonly string[]
  readonly meta: JsonObject
}

/**
 * How a model's rows come, where readers may follow them with a cursor: a row that is committed later has a greater value
 * in the arrival column, and no row is changed or deleted.
 */
export interface Arrival {
  readonly column: string
  /** `at_least_once`: a row may be delivered twice, and readers are expected to deduplicate. */
  readonly delivery: 'exactly_once' | 'at_least_once'
}

/** A `new_rows` or `touched_keys` in a model's template. */
export type CursorRead =
  | { readonly kind: 'new_rows'; readonly upstream: UniqueId; readonly span: SourceSpan }
  | {
      readonly kind: 'touched_keys'
      readonly upstream: UniqueId
      /** At least one column of the upstream. */
      readonly key: readonly string[]
      readonly span: SourceSpan
    }

/** `private`: read by its own group only; `public`: meant for everyone. */
export type Access = 'private' | 'protected' | 'public'

/** Which of the versions of a model a node is. */
export interface ModelVersion {
  /** The name they share: `orders` where the node is `orders.v2`. */
  readonly modelName: string
  readonly version: string | number
  readonly latestVersion: string | number
  /** How it stands to the latest version. */
  readonly stage: 'old' | 'latest' | 'prerelease'
}

export interface ModelNode extends NodeBase {
  readonly resourceType: 'model'
  /** undefined: a model without versions. The name of one that has them ends in `.v2`. */
  readonly version: ModelVersion | undefined
  readonly access: Access
  /** ISO 8601: a day, or a day with a time. */
  readonly deprecationDate: string | undefined
  /** Of the view that stands under the plain name of a versioned model: its latest version. */
  readonly pointsTo: UniqueId | undefined
  /** undefined: its rows are not append-only. For a view: passed on from what it filters. */
  readonly arrival: Arrival | undefined
  /** Each upstream and key once, in order of first mention. */
  readonly cursorReads: readonly CursorRead[]
  /** Columns outside the promise, e.g. a time of building. */
  readonly volatileColumns: readonly string[]
  /** Relative difference within which two floats are the same. Default 1e-9. */
  readonly tolerance: number
  /** `unique_key` of the config whatever the materialization: rows of a table are compared by it when it is refilled. */
  readonly uniqueKey: readonly string[]
  /** undefined: the target decides. */
  readonly swap: SwapMethod | undefined
  readonly storage: Storage
  /** False: its template prints `run_started_at` or `invocation_id`. */
  readonly isStable: boolean
  /** undefined: a row that fails a test stops the build. */
  readonly quarantine: Quarantine | undefined
  /** Left out: none of its rows is a dead letter. */
  readonly deadLetters?: DeadLetterRule
  readonly hooks: NodeHooks
  /** Left out: none is enforced. */
  readonly contract?: Contract
  /** Of the whole model, as written; left out: none. */
  readonly constraints?: readonly JsonObject[]
  /** An ephemeral model has the name it would have; nothing of that name is made. */
  readonly relation: Relation
  readonly materialization: Materialization
  readonly columns: readonly ColumnProperties[]
  readonly code: TemplateCode
}

/** Rows of a model that are dead letters: each run writes those that are new to a file, with the original. */
export interface DeadLetterRule {
  /** The column that says why a row cannot be used; NULL: it can. */
  readonly reason: string
  /** True: rows come to it in the order of `_load_seq`, and no other row decides whether one is refused. */
  readonly isFinal: boolean
  readonly span: SourceSpan | undefined
}

/** Rows that fail some of a model's tests are set aside, and the others published. */
export interface Quarantine {
  /** Where they go. */
  readonly relation: Relation
  /** Each a condition on one row; at least one. */
  readonly tests: readonly UniqueId[]
  /** A row set aside fails its test (`--warn-error`). */
  readonly isRefused: boolean
}

export interface SeedNode extends NodeBase {
  readonly resourceType: 'seed'
  readonly arrival: Arrival | undefined
  readonly relation: Relation
  readonly columns: readonly ColumnProperties[]
  /** By column name, case kept. */
  readonly columnTypes: Readonly<Record<string, string>>
  /** One character. Default `,`. */
  readonly delimiter: string
  /** False: the database folds the names of columns as it folds a name without quotes. */
  readonly quotesColumns: boolean
  readonly storage: Storage
  readonly hooks: NodeHooks
  /** Another header than the table's. Default: `sync_all_columns`. */
  readonly onSchemaChange: OnSchemaChange
  /** From the config: true takes the columns of the file, false never does; undefined leaves it to the flag. */
  readonly fullRefresh: boolean | undefined
}

/** The history of rows that change in place: a version of a row for each time it was found changed. */
export interface SnapshotNode extends NodeBase {
  readonly resourceType: 'snapshot'
  /** Its rows change: a version is ended when the next one opens. */
  readonly arrival: undefined
  readonly relation: Relation
  readonly columns: readonly ColumnProperties[]
  readonly code: TemplateCode
  /** False: its template prints `run_started_at` or `invocation_id`. */
  readonly isStable: boolean
  /** Columns or SQL expressions; at least one. */
  readonly uniqueKey: readonly string[]
  readonly strategy: SnapshotStrategy
  readonly hardDeletes: 'ignore' | 'invalidate' | 'new_record'
  /** An SQL expression in the place of NULL. */
  readonly validToCurrent: string | undefined
  readonly metaColumns: SnapshotMetaColumns
  readonly storage: Storage
  readonly hooks: NodeHooks
}

export type SnapshotStrategy =
  /** Changed when `updatedAt`, a column or SQL expression, is later than it was. */
  | { readonly name: 'timestamp'; readonly updatedAt: string }
  /** Changed when one of the columns is. `updatedAt`: since when; undefined: since the run that found it. */
  | {
      readonly name: 'check'
      readonly columns: readonly string[] | 'all'
      readonly updatedAt: string | undefined
    }

/** What a snapshot's own columns are called. */
export interface SnapshotMetaColumns {
  readonly scdId: string
  readonly updatedAt: string
  readonly validFrom: string
  readonly validTo: string
  readonly isDeleted: string
}

export interface SourceNode extends NodeBase {
  readonly resourceType: 'source'
  readonly arrival: Arrival | undefined
  readonly sourceName: string
  readonly relation: Relation
  readonly columns: readonly ColumnProperties[]
  readonly loader?: string
  /** Left out: others fill it. */
  readonly load?: LoadConfig
  /** Of the source as a whole. */
  readonly sourceDescription: string
  readonly sourceMeta: JsonObject
  /** undefined: its age is not checked. */
  readonly freshness: Freshness | undefined
  /** undefined: nothing says when its rows came. */
  readonly loadedAt: LoadedAt | undefined
  /** As written under `external:`: for packages and people. */
  readonly external: JsonObject | undefined
  /** SQL that reads it from files, in place of a table. */
  readonly externalLocation: string | undefined
}

/** Compiled by `compile` and shown by `show`, never built. */
export interface AnalysisNode extends NodeBase {
  readonly resourceType: 'analysis'
  readonly code: TemplateCode
}

export interface TestNode extends NodeBase {
  readonly resourceType: 'test'
  readonly code: TemplateCode
  readonly severity: 'error' | 'warn'
  /** A comparison with the failures, e.g. `!= 0`, `> 5`. */
  readonly warnIf: string
  readonly errorIf: string
  /** An aggregate over the failing rows. Default `count(*)`. */
  readonly failCalc: string
  /** An aggregate over the failing rows that gives a text, NULL for none: said in place of the count. */
  readonly messageCalc?: string
  readonly limit?: number
  /** What a stored result is counted under. */
  readonly dimension?: Dimension
  readonly storedFailures: StoredFailures
  readonly variant:
    | { readonly kind: 'singular' }
    | {
        readonly kind: 'generic'
        readonly testName: string
        /** The package that YAML names before the test, e.g. `dbt_utils`. */
        readonly namespace?: string
        readonly attachedTo: UniqueId
        readonly columnName?: string
        /** As written in YAML, without `column_name` and `model`. */
        readonly arguments: JsonObject
        /** A condition the tested relation is filtered by. */
        readonly where?: string
      }
}

export const dimensions = [
  'completeness',
  'accuracy',
  'consistency',
  'timeliness',
  'uniqueness',
  'validity',
] as const
export type Dimension = (typeof dimensions)[number]

/** Where the failing rows of a test are kept after it ran. */
export interface StoredFailures {
  /** undefined: `--store-failures` decides. */
  readonly isStored: boolean | undefined
  readonly kind: 'table' | 'view'
  readonly relation: Relation
  /** Rows at most that are carried out of a transaction. */
  readonly rows: number
}

/** What is published under a name of its own. */
export type BuiltNode = ModelNode | SeedNode | SnapshotNode

/** What a ref may name. */
export function isReferable<N extends { readonly resourceType: ResourceType }>(
  node: N,
): node is Extract<N, { readonly resourceType: 'model' | 'seed' | 'snapshot' }> {
  return ['model', 'seed', 'snapshot'].includes(node.resourceType)
}

export type Node = BuiltNode | SourceNode | TestNode | UnitTestNode | AnalysisNode | ExposureNode

/** A column of the rows that a generator writes. */
export interface WrittenColumn extends Column {
  readonly isNullable: boolean
}

/** A template to be rendered: the text of a file, or the call of a generic test made from YAML; or all rows of a node. */
export type TemplateCode =
  | { readonly kind: 'file'; readonly path: string; readonly text: string }
  /** A generator of rows: what stands for it in SQL is a query of the rows that it has written. */
  | {
      readonly kind: 'typescript'
      readonly path: string
      readonly text: string
      /** Hash of what it does, with all that it imports. */
      readonly code: string
      /** What of it gives another result each time; undefined: nothing does. */
      readonly unstable: string | undefined
      /** At least one; in the order of the table. */
      readonly columns: readonly WrittenColumn[]
    }
  /** Of the one node that it depends on. */
  | { readonly kind: 'all-rows' }
  | {
      readonly kind: 'test-call'
      readonly testName: string
      readonly arguments: Readonly<Record<string, Json>>
    }

/** Whether rows that are there stay from run to run, so that a run may read what is new. */
export function keepsRows({ name }: Materialization): boolean {
  return name === 'incremental' || name === 'scd2'
}

/** Part of its readers' SQL: nothing of its name is made. */
export function isInlined(node: Node | undefined): boolean {
  return node?.resourceType === 'model' && node.materialization.name === 'ephemeral'
}

/** Without rows of its own: who reads it reads what it reads. */
export function passesThrough(node: Node): boolean {
  return isInlined(node) || (node.resourceType === 'model' && node.materialization.name === 'view')
}

/** How a model comes to exist in the database. */
export type Materialization =
  | { readonly name: 'view' }
  | { readonly name: 'table' }
  | { readonly name: 'ephemeral' }
  | {
      /** Rows in a file, with a view on it (DuckDB). */
      readonly name: 'external'
      readonly file: ExternalFile
    }
  | {
      /** Rows that the database keeps with their query, made anew in every run (Postgres). */
      readonly name: 'materialized_view'
      /** What becomes of a change of its indexes. */
      readonly onConfigurationChange: 'apply' | 'continue' | 'fail'
      readonly fullRefresh: boolean | undefined
    }
  | {
      /** The history of a dimension, from a stream of events. */
      readonly name: 'scd2'
      /** At least one column. */
      readonly uniqueKey: readonly string[]
      /** At least one: a change of any of them is a new version. */
      readonly trackedColumns: readonly string[]
      /** Since when an event holds. */
      readonly effectiveAt: string
      /** `day`: the changes of a day are one version. */
      readonly versionGrain: 'change' | 'day'
      /** Columns that order events of one moment; the last one counts. */
      readonly tieBreaker: readonly string[]
      readonly surrogateKey: string
    }
  | Incremental
