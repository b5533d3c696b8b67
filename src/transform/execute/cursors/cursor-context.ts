/** What is known, as of now in a transaction, when a node is prepared. */
import type { Dialect } from '../../../core/dialect.ts'
import type { UniqueId } from '../../../core/node.ts'
import type { Relation } from '../../../core/relation.ts'
import type { StoredCursor } from '../../../ledger/cursors/cursors.ts'
import type { Publication } from '../../../ledger/runs/node-runs.ts'
import type { Manifest } from '../../../project/parse/manifest.ts'

export interface CursorContext {
  readonly manifest: Manifest
  readonly dialect: Dialect
  /** By `relationKey`, as of now in this transaction. */
  readonly publications: ReadonlyMap<string, Publication>
  /** Candidates that stand for upstreams published later in this transaction. */
  readonly standIns: ReadonlyMap<UniqueId, Relation>
  /** Of publications by `readerText`, read in this transaction; those that are not among them are asked for. */
  readonly cursors?: ReadonlyMap<string, readonly StoredCursor[]> | undefined
}
