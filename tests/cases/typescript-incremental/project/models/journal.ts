import { defineModel } from 'assay'

/** Each event once, with what has been before it in this run. */
export default defineModel(
  {
    materialized: 'incremental',
    incremental_strategy: 'append',
    arrival_column: 'seq',
    columns: { id: 'bigint', amount: 'bigint', seq: 'bigint' },
  },
  async function* (context) {
    for await (const { id, amount, seq } of context.newRows('events', { orderBy: ['seq'] })) {
      yield { id, amount, seq }
    }
  },
)
