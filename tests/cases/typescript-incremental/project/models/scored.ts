import { defineModel } from 'assay'

export default defineModel(
  { materialized: 'incremental', unique_key: 'user_id', volatile_columns: ['runs'], columns: { user_id: { type: 'bigint', nullable: false }, best: 'bigint', runs: 'integer' } },
  async function* (context) {
    const known = new Map<unknown, { best: number; runs: number }>()
    if (context.isIncremental) {
      for await (const row of context.this) {
        known.set(row['user_id'], { best: Number(row['best']), runs: Number(row['runs']) })
      }
    }
    for await (const { user_id, amount } of context.ref('events', { orderBy: ['seq'] })) {
      const before = known.get(user_id)
      known.set(user_id, { best: Math.max(before?.best ?? 0, Number(amount)), runs: before?.runs ?? 0 })
    }
    for (const [user_id, { best, runs }] of known) yield { user_id: Number(user_id), best, runs: runs + 1 }
  },
)
