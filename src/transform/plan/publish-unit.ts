/** What it takes to publish one node, as data: build beside, check, test, swap. Two readers: the executor and `assay plan`. */
import type { SwapConstraints } from '../../core/database/publish-requests.ts'
import type { Constraint, Contract, ContractColumn } from '../../core/node/contract.ts'
import type { Adapter } from '../../core/adapter.ts'
import type { Reader } from '../../core/database/reader.ts'
import type { Diagnostic, SourceSpan } from '../../core/diagnostic.ts'
import type { DiagnosticCode } from '../../core/diagnostic-codes.ts'
import type { Column, Relation } from '../../core/relation.ts'
import type { Result } from '../../core/result.ts'
import type { ExternalFile } from '../../core/node/external-file.ts'
import type { StrayGuard } from '../../core/stray-errors.ts'
import type { Index } from '../../core/node/storage.ts'
import type { SwapMethod } from '../../core/target.ts'
import type { SegmentMap } from '../../project/template/template.ts'

export interface PublishUnit {
  /** `create table`, `replace view`, `merge`: for `plan` and the result line. */
  readonly action: string
  /** `first build`, `SQL changed`, `full refresh`: why this action. */
  readonly because: string
  /** What the blocking tests read in place of the node. */
  readonly candidate: Relation
  /** The batch of an incremental run, which is not what tests read; undefined where the candidate is all. */
  readonly batch?: Relation
  /**
   * What becomes of the rows that were there: all are made anew and readers that follow them by a cursor begin again
   * unless the difference is recorded (`rewrite`), some are added or replaced (`batch`), some are added or ended and none
   * ever made anew (`history`), it has none of its own (`view`).
   */
  readonly effect: 'rewrite' | 'batch' | 'history' | 'view'
  /**
   * A query of the keys of rows deleted and inserted, given the columns of the candidate or batch; for the change feed.
   * undefined: the difference cannot be told.
   */
  readonly touchedKeys: (key: readonly string[], columns: readonly Column[]) => string | undefined
  /** Publishing it takes a lock that readers feel, so with --atomic it waits for the end. */
  readonly isPublishedLast: boolean
  /** The columns of what was built decide about what is published. */
  readonly asksColumns?: true
  /** Said when its turn comes. */
  readonly warning?: Diagnostic
  /** Makes the candidate; takes no lock that a reader would feel. */
  readonly build: readonly Step[]
  /**
   * Looks at what was built, told its columns, and makes what more it takes, before any test. The columns are undefined
   * where a plan cannot know them. undefined: there is nothing of it.
   */
  readonly checks: undefined | ((columns: readonly Column[] | undefined) => Result<readonly Step[]>)
  /** Before the swap, on the candidate; or after the DML of a merge, on the whole table. */
  readonly testsRun: 'before-publish' | 'after-publish'
  /** Told the columns that the batch turned out to have. */
  readonly publish: (batchColumns: readonly Column[]) => Result<readonly Step[]>
  /** Every row that was generated is one of the candidate or batch: they are counted. */
  readonly keepsAllRows?: true
  /** Of the rows of the batch those outside of its span are not published: they are counted. */
  readonly leavesRowsOut?: boolean
  /** Identifies what was published: equal means a view need not be made again. */
  readonly fingerprint: string
}

export interface WrittenType {
  readonly dataType: string
  readonly span: SourceSpan
}

export type Step =
  | {
      readonly kind: 'statement'
      /** `set aside`: of rows that are not published, whose count is said in the build. */
      readonly purpose: 'build' | 'publish' | 'set aside' | 'clean up'
      readonly sql: string
      /** Where the node's own SQL stands in it. */
      readonly origin?: StatementOrigin
      /** Its count of rows is the node's. */
      readonly countsRows: boolean
      /** It fills a table of a contract: what a fault of a constraint is said with. */
      readonly constrained?: ConstrainedTable
      /** Where types are written that stand in it: a fault that names one points there. */
      readonly types?: readonly WrittenType[]
    }
  | {
      /** Describes the SELECT and holds it to the contract, before anything is written; goes on with what is made of it. */
      readonly kind: 'contract'
      readonly contract: Contract
      readonly select: string
      readonly origin: StatementOrigin
      /** Told the columns of the contract as the SELECT spells them. */
      readonly build: (columns: readonly ContractedColumn[]) => readonly Step[]
    }
  | {
      readonly kind: 'rows'
      readonly into: Relation
      readonly columns: readonly Column[]
      /** For `plan`: what is copied, e.g. `seeds/a.csv`. */
      readonly label: string
      readonly from: () => AsyncIterable<readonly (string | null)[]>
      /** Where a cell stands in the file, for an error of the database. */
      readonly placeOf: (column: string, cell: string) => SourceSpan | undefined
    }
  | {
      /** Rows of the model's own code, which reads while they are written. */
      readonly kind: 'generated-rows'
      readonly into: Relation
      readonly columns: readonly Column[]
      /** For `plan`: the file. */
      readonly label: string
      readonly rows: (host: RowHost) => AsyncIterable<readonly (string | null)[]>
    }
  | {
      /** A query that must find nothing; what it finds is shown. */
      readonly kind: 'refuse-rows'
      readonly code: Extract<
        DiagnosticCode,
        | 'duplicate-key'
        | 'null-key'
        | 'null-updated-at'
        | 'conflicting-versions'
        | 'null-arrival'
        | 'late-arrival'
        | 'backfill-mismatch'
        | 'rows-outside-predicates'
      >
      /** Whose value the rows are at odds with: the fault points to the first that is written, else to the node. */
      readonly configs: readonly string[]
      readonly sql: string
      /** Where texts of the node's config stand in it. */
      readonly origin?: StatementOrigin
      readonly message: string
      readonly hint: string
    }
  | {
      /** Other columns of a table that keeps its rows; where what reads it stands in the way, `select` takes its place. */
      readonly kind: 'alter'
      readonly relation: Relation
      readonly statements: readonly string[]
      /** A name for the new table. */
      readonly reshaped: Relation
      /** Its rows with the new columns. */
      readonly select: string
    }
  | {
      readonly kind: 'swap'
      readonly candidate: Relation
      /** Of the candidate; left out: a table. */
      readonly candidateKind?: 'table' | 'materialized view'
      readonly target: Relation
      /** All that its config asks for; left out: nothing is done about indexes. */
      readonly indexes?: readonly Index[]
      /** For refilling by difference. */
      readonly key: readonly string[]
      /** undefined: what is best for readers and dependents. */
      readonly method: SwapMethod | undefined
      /** Of a contract that is or was; left out: there is none. */
      readonly constraints?: SwapConstraints
      /** The same, with what a fault of a constraint is said with. */
      readonly constrained?: ConstrainedTable
    }
  | {
      /** Of a table or materialized view that stays: made as its config says. */
      readonly kind: 'indexes'
      readonly relation: Relation
      readonly indexes: readonly Index[]
    }
  | {
      readonly kind: 'file'
      readonly candidate: Relation
      readonly target: Relation
      readonly file: ExternalFile
    }
  | {
      readonly kind: 'replace-view'
      readonly relation: Relation
      readonly select: string
      readonly origin: StatementOrigin
    }
  | { readonly kind: 'reuse'; readonly because: string }

/** What generating rows takes: where to read, and where to say something. */
export interface RowHost {
  readonly adapter: Adapter
  readonly reader: Reader
  readonly signal: AbortSignal
  readonly log: (message: string) => void
  readonly strays: StrayGuard
}

export interface StatementOrigin {
  /** Offset of the node's SQL in the statement. */
  readonly start: number
  readonly map: SegmentMap
}

/** A column of a contract. */
export interface ContractedColumn extends ContractColumn {
  /** As the SELECT spells it. */
  readonly spelled: string
}

export interface ConstrainedTable {
  readonly candidate: Relation
  readonly target: Relation
  /** Names that a constraint has only until it is published. */
  readonly names: readonly { readonly temporary: string; readonly name: string }[]
  readonly constraints: readonly { readonly constraint: Constraint; readonly name: string }[]
  /** Of the contract itself. */
  readonly contractSpan: SourceSpan
  /** Queries of rows at fault, for a database that does not show them. */
  readonly searches: readonly string[]
}
