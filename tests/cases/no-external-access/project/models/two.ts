import { defineModel } from 'assay'

export default defineModel({ columns: { id: 'integer' } }, async function* (context) {
  for await (const _ of context.ref('a')) {
    for await (const { id } of context.ref('b')) yield { id: Number(id) }
  }
})
