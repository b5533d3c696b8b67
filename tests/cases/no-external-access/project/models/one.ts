import { defineModel } from 'assay'

export default defineModel({ columns: { id: 'integer' } }, async function* (context) {
  for await (const { id } of context.ref('a')) yield { id: Number(id) * 10 }
})
