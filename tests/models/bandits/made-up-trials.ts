/** Trials of made-up price experiments: as events that the models read, and as what they should find in them. */

export interface Lot {
  readonly experiment: string
  readonly arm: string
  readonly device: string
  /** undefined: the visit does not tell it. */
  readonly country?: string
  readonly trials: number
  /** How many of them buy. */
  readonly buyers: number
  /** Of the buyer of that number; undefined: a conversion without money. */
  readonly amount?: (buyer: number) => number
}

const eventsHeader =
  '_load_seq,_batch_id,_loaded_at,event_id,event_name,experiment_id,price_id,event_timestamp,user_id,session_id,outcome,amount,currency,device,selection_id,context'

const start = Date.parse('2026-03-01T00:00:00Z')

/** A trial every seven minutes of its lot. */
export function timeOf(trial: number): Date {
  return new Date(start + trial * 7 * 60_000)
}

export function eventsFile(lots: readonly Lot[], more: readonly string[] = []): string {
  const rows = [...lots.flatMap((lot, index) => lotRows(lot, String(index))), ...more]
  const lines = rows.map((row, index) => {
    const seq = String(index + 1)
    return `${seq},b,2026-05-01T00:00:00Z,e${seq},${row}`
  })
  return `${[eventsHeader, ...lines].join('\n')}\n`
}

function lotRows(lot: Lot, name: string): readonly string[] {
  const { experiment, arm, device, country, trials, buyers, amount } = lot
  const context = country === undefined ? '' : `"{""country"": ""${country}""}"`
  return Array.from({ length: trials }, (_, trial) => {
    const at = timeOf(trial).toISOString()
    const visit = `${experiment},${arm},${at},,s${name}-${String(trial)}`
    const shown = `impression_event,${visit},,,,${device},,${context}`
    if (trial >= buyers) return [shown]
    const paid = amount === undefined ? '' : amount(trial).toFixed(2)
    return [shown, `conversion_event,${visit},purchase,${paid},,${device},,${context}`]
  }).flat()
}

/** Numbers from 0 to 1 that are the same in every run. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}
