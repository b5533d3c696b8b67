/** Places in compiled code led back to the files it was written in. */
import { SourceMap, type SourceMapPayload } from 'node:module'
import { join, relative } from 'node:path'
import type { SourceSpan } from '../../core/diagnostic.ts'
import type { Shift } from './compile/with-urls.ts'

function movedBy(shifts: readonly Shift[], line: number, column: number): number {
  return shifts
    .filter((shift) => shift.line === line && shift.column <= column)
    .reduce((sum, { by }) => sum + by, 0)
}

export interface Places {
  /** Both 0-based; undefined: nobody wrote it. */
  spanAt(line: number, column: number, length?: number): SourceSpan | undefined
}

/** `folder`: absolute, what the map's sources are relative to. */
export function readPlaces(map: string, folder: string, root: string): Places {
  const payload: SourceMapPayload & { readonly shifts?: readonly Shift[] } = JSON.parse(map)
  const { shifts = [] } = payload
  const sourceMap = new SourceMap(payload)
  return {
    spanAt(line, column, length = 1) {
      const entry = sourceMap.findEntry(line, column - movedBy(shifts, line, column))
      if (!('originalSource' in entry) || typeof entry.originalSource !== 'string') return undefined
      return {
        path: relative(root, join(folder, entry.originalSource)).replaceAll('\\', '/'),
        line: entry.originalLine + 1,
        column: entry.originalColumn + 1,
        length,
      }
    },
  }
}
