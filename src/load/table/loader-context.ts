/** What a loader is given, from what the framework knows of its table. */
import { noLines } from '../../core/load/line-ranges.ts'
import type { KnownOrigins, LoaderContext } from '../loader.ts'
import type { TableContext } from './load-table-types.ts'

export function loaderContext(
  { table, node, columns, root, folders, tools, signal }: TableContext,
  known: KnownOrigins,
): LoaderContext {
  return {
    table,
    options: node.load.options,
    columns: columns.map(({ name }) => name),
    root,
    known,
    processedFolder: folders.processed,
    capturedFolder: folders.captured,
    tools,
    signal,
  }
}

export const nothingKnown: KnownOrigins = {
  latest: () => undefined,
  byHash: () => undefined,
  isHeld: () => false,
  linesOf: () => noLines,
  failed: [],
  loaded: [],
  loadedFrom: () => [],
  isEmpty: true,
}
