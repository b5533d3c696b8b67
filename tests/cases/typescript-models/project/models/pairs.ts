import { defineModel, type ModelContext, sql } from 'assay'

async function first(context: ModelContext, user: number): Promise<string> {
  // Left at the first row.
  for await (const row of context.ref('clicks', { where: sql`user_id = ${user}`, orderBy: ['at'], columns: ['at'] })) {
    return String(row['at'])
  }
  return 'never'
}

/** Several readings at once, one of them in the loop of another. */
export default defineModel(
  { columns: { a: 'integer', b: 'integer', first_a: 'timestamp' } },
  async function* (context) {
    for await (const { user_id: a } of context.ref('users', { orderBy: ['user_id'] })) {
      for await (const { user_id: b } of context.ref('users')) {
        yield { a: Number(a), b: Number(b), first_a: await first(context, Number(a)) }
      }
    }
  },
)
