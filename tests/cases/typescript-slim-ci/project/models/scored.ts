import { defineModel } from 'assay'

/** Reads another model in TypeScript. */
export default defineModel(
  { columns: { user_id: 'bigint', score: 'bigint' } },
  async function* (context) {
    for await (const { user_id, total } of context.ref<{ user_id: number; total: number }>('totals', { orderBy: ['user_id'] })) {
      yield { user_id, score: total * 2 }
    }
  },
)
