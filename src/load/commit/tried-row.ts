/** A row of a batch that is tried, in a transaction that takes back what the try has written. */
export interface TriedRow {
  /** In the batch. */
  readonly index: number
  readonly cells: readonly (string | null)[]
}

export class TriedError extends Error {}

/** Text of each cell beside the number of its row, as a table: `place`, `c0`, `c1`, ... */
export function textColumns(count: number, textType: string) {
  return [
    { name: 'place', dataType: 'bigint' },
    ...Array.from({ length: count }, (_, index) => ({ name: `c${index}`, dataType: textType })),
  ]
}

export async function* textCells(rows: readonly TriedRow[]) {
  for (const { index, cells } of rows) yield [String(index), ...cells]
}
