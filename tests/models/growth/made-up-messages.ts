/** Messages of the made-up shop as a test's own. */
import { microseconds } from './brute-force.ts'
import { traffic } from '../../../src/app/generate/traffic.ts'
import type { TestMessage } from './messages.ts'

interface MadeUp {
  readonly seed: number
  readonly dirt: number
  /** Default: 220. */
  readonly events?: number
}

/** Of a few users, over eleven days. `isWanted` is asked with the time of each; left out: all. */
export function madeUpMessages(
  { seed, dirt, events = 220 }: MadeUp,
  isWanted: (micros: number) => boolean = () => true,
): readonly TestMessage[] {
  const period = { from: Date.UTC(2025, 0, 1), to: Date.UTC(2025, 0, 12) }
  const arrivals = [...traffic({ seed, events, users: 4, products: 6, period, dirt })]
  return arrivals.flatMap(({ record }): readonly TestMessage[] => {
    if (record === null || !isWanted(timeOf(record.event_timestamp))) return []
    const { event_id: id, transaction_id: order, items, experiment_id: experiment } = record
    return [
      {
        id: textOf(id),
        name: textOf(record.event_name),
        at: textOf(record.event_timestamp),
        user: textOf(record.user_id),
        anonymous: textOf(record.user_pseudo_id),
        platform: String(record.platform),
        ...(order === null ? {} : { order: String(order) }),
        ...(items === null ? {} : { items: String(items) }),
        ...(experiment === null
          ? {}
          : { experiment: [String(experiment), String(record.experiment_variant)] }),
      },
    ]
  })
}

function textOf(value: string | number | null): string | null {
  return value === null ? null : String(value)
}

function timeOf(value: string | number | null): number {
  return typeof value === 'number' ? value : microseconds(String(value).replace('Z', ''))
}
