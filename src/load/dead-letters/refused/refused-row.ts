/** A row that was loaded and that a model refuses, by what tells it from all others. */
export interface RefusedRow {
  readonly batchId: string
  /** `_load_seq`: of its table. */
  readonly sequence: number
  readonly reason: string
}

/** The same row refused for another reason is another dead letter. */
export function refusedKey({ batchId, sequence, reason }: RefusedRow): string {
  return `${batchId}\t${sequence}\t${reason}`
}
