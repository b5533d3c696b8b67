/** What happens during a command, said as data; only `cli/render/` turns it into text or JSON lines. */
import type { Diagnostic } from './diagnostic.ts'
import type { Operation } from './node/hook.ts'
import type { LoadCounts } from './load/load.ts'
import type { LoadResult } from './load/load-result.ts'
import type { Node, SourceNode, UniqueId } from './node.ts'
import type { RunResult } from './run-result.ts'

/** The events of nodes and the end of a run; every sink gets them in order. */
export type Event =
  | {
      /** First of all: where diagnostics' paths start. */
      readonly type: 'project-read'
      readonly root: string
    }
  | {
      readonly type: 'run-started'
      readonly command: string
      readonly target: string
      /** `duckdb target/assay.duckdb`, `postgres user@host:port/database`: never a secret. */
      readonly database: string
      /** How many nodes of each kind the project has. */
      readonly found: Readonly<Record<string, number>>
      /** What will be started; tests that decide about one of these are not among them. */
      readonly nodes: readonly Node[]
      /** These nodes and the tests that decide about them. */
      readonly total: number
      readonly threads: number
    }
  | {
      readonly type: 'node-started'
      readonly node: Node
      readonly index: number
      readonly total: number
    }
  | {
      readonly type: 'node-finished'
      readonly node: Node
      readonly result: RunResult
      /** Of a test: the node whose publication it decides, which is reported after its tests. */
      readonly decides?: UniqueId
      /** 1-based, in order of finishing. */
      readonly index: number
      readonly total: number
    }
  | {
      /** One of the batches of a node that is still running. */
      readonly type: 'batch-finished'
      readonly node: Node
      /** `2026-01-31` */
      readonly batch: string
      readonly status: 'success' | 'error' | 'skipped'
      readonly rows: number | undefined
      readonly elapsedMs: number
      /** 1-based, in order of event time. */
      readonly index: number
      readonly total: number
    }
  | {
      readonly type: 'run-finished'
      readonly results: readonly RunResult[]
      readonly elapsedMs: number
      readonly interrupted: boolean
    }
  | {
      readonly type: 'ingest-started'
      readonly command: string
      readonly target: string
      readonly database: string
      /** Tables to load. */
      readonly nodes: readonly SourceNode[]
    }
  | { readonly type: 'load-started'; readonly node: SourceNode }
  | {
      /** After each batch that was committed. */
      readonly type: 'load-progress'
      readonly node: SourceNode
      readonly counts: LoadCounts
      readonly batches: number
      readonly elapsedMs: number
    }
  | {
      readonly type: 'load-finished'
      readonly result: LoadResult
      /** 1-based, in order of finishing. */
      readonly index: number
      readonly total: number
    }
  | {
      readonly type: 'ingest-finished'
      readonly results: readonly LoadResult[]
      readonly elapsedMs: number
      readonly interrupted: boolean
    }
  | {
      /** Rows that models newly refuse, after the nodes of the run; never without files. */
      readonly type: 'dead-letters-written'
      readonly files: readonly {
        readonly node: Node
        /** Relative to the project. */
        readonly path: string
        readonly count: number
      }[]
    }
  | {
      /** After `ingest --replay`: rows that models refuse still, by reason. */
      readonly type: 'dead-letters-waiting'
      /** Only dead letters with one of these reasons are meant; none: all. */
      readonly asked: readonly string[]
      readonly models: readonly {
        readonly node: Node
        /** The most frequent first; none: nothing waits. */
        readonly reasons: readonly { readonly reason: string; readonly count: number }[]
        /** That waited before, and do no more; undefined: nothing was read again. */
        readonly passed: number | undefined
        /** What to do about those that wait. */
        readonly hint: string
      }[]
    }
  | { readonly type: 'diagnostic'; readonly diagnostic: Diagnostic }
  | {
      readonly type: 'operation-finished'
      readonly operation: Operation
      readonly result: RunResult
      /** 1-based, among those of its kind. */
      readonly index: number
      readonly total: number
    }
  | {
      readonly type: 'export-started'
      readonly target: string
      readonly database: string
      /** As it was typed. */
      readonly to: string
      readonly total: number
    }
  | {
      readonly type: 'relation-export-started'
      readonly node: Node
      readonly index: number
      readonly total: number
    }
  | {
      /** Beside its place: it takes it when all of them are written. */
      readonly type: 'relation-exported'
      readonly node: Node
      readonly location: string
      readonly rows: number
      /** undefined: of a table. */
      readonly bytes: number | undefined
      /** Columns whose type is another one there. */
      readonly notes: readonly string[]
      readonly elapsedMs: number
      readonly index: number
      readonly total: number
    }
  | { readonly type: 'log'; readonly message: string; readonly node: string | undefined }
  /** What a template prints, as it is. */
  | { readonly type: 'print'; readonly message: string; readonly node: string | undefined }
  | { readonly type: 'files-changed'; readonly paths: readonly string[] }
  | { readonly type: 'watching'; readonly folders: readonly string[] }
  | {
      readonly type: 'serving'
      /** `http://127.0.0.1:8080` */
      readonly address: string
      readonly target: string
      readonly database: string
    }
  | {
      /** A request that was answered. */
      readonly type: 'request-served'
      readonly requestId: string
      readonly method: string
      /** `/relations/{name}`; undefined: there is no such route. */
      readonly route: string | undefined
      readonly status: number
      readonly elapsedMs: number
      /** Name of its key; undefined: it had none. */
      readonly caller: string | undefined
    }

export type EventSink = (event: Event) => void
