import { defineModel } from 'assay'

export default defineModel({ columns: { id: 'integer' } }, async function* (context) {
  for await (const a of context.ref('a')) {
    for await (const again of context.ref('a')) {
      for await (const b of context.ref('b')) {
        yield { id: Number(a.id) * 100 + Number(again.id) * 10 + Number(b.id) }
      }
    }
  }
})
