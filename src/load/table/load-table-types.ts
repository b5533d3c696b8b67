/** What the parts of loading one table share. */
import type { Adapter } from '../../core/adapter.ts'
import type { EventSink } from '../../core/event.ts'
import type { LoadConfig } from '../../core/load/load.ts'
import type { SourceNode } from '../../core/node.ts'
import type { LoadOwner } from '../../ledger/loads/loads.ts'
import type { TableFolders } from '../folders.ts'
import type { LoaderTools } from '../loader.ts'
import type { CompileCheck, RecordReader } from '../records/record-reader.ts'
import type { DeclaredColumn } from '../records/cell.ts'

/** A source table that assay fills. */
export type LoadedSource = SourceNode & { readonly load: LoadConfig }

/** Settings that every loader has. */
export interface LoadSettings {
  readonly batchRows: number
  readonly batchBytes: number
  readonly tries: number
  readonly keepsBatches: boolean
  /** The column that tells records apart: of several with the same value only the first is loaded; undefined: all are. */
  readonly idColumn: string | undefined
}

export interface TableContext {
  readonly adapter: Adapter
  readonly node: LoadedSource
  /** `source.table` */
  readonly table: string
  readonly columns: readonly DeclaredColumn[]
  readonly settings: LoadSettings
  readonly folders: TableFolders
  readonly owner: LoadOwner
  readonly fencingToken: number
  /** Of the project, absolute. */
  readonly root: string
  readonly read: RecordReader
  readonly tools: LoadTools
  readonly emit: EventSink
  readonly signal: AbortSignal
  readonly now: () => Date
  readonly nextIndex: () => number
}

export interface LoadTools extends LoaderTools {
  readonly compileCheck: CompileCheck
}
