/** What arrives: a few rows a batch, one of them late, made from the number of the batch alone. */

export interface RawRow {
  readonly id: number
  readonly userId: number
  readonly orderId: number
  readonly amount: number
  readonly eventDay: number
  readonly batch: number
  readonly loadSeq: number
}

export const rawColumns = [
  'id',
  'user_id',
  'order_id',
  'amount',
  'event_day',
  'batch',
  '_load_seq',
] as const

const rowsEach = 6

export function rowsOfBatch(batch: number): readonly RawRow[] {
  return Array.from({ length: rowsEach }, (_, index) => {
    const loadSeq = (batch - 1) * rowsEach + index + 1
    const isLate = index === rowsEach - 1
    return {
      id: 1000 + loadSeq,
      userId: (batch * 5 + index * 3) % 8,
      orderId: (batch + index * 2) % 12,
      amount: batch * 100 + index,
      // A late row belongs to a day long past.
      eventDay: 1 + Math.floor(isLate ? batch / 12 : batch / 4),
      batch,
      loadSeq,
    }
  })
}

/** All that has arrived with this batch. */
export function rowsUpTo(batch: number): readonly RawRow[] {
  return Array.from({ length: batch }, (_, index) => rowsOfBatch(index + 1)).flat()
}

export function rawValues(row: RawRow): string {
  const { id, userId, orderId, amount, eventDay, batch, loadSeq } = row
  return `(${[id, userId, orderId, amount, eventDay, batch, loadSeq].join(', ')})`
}
