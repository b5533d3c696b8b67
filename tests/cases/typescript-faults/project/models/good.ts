import { defineModel } from 'assay'

export default defineModel({ columns: { ad_id: 'integer' } }, async function* (context) {
  for await (const { ad_id } of context.ref('ads')) yield { ad_id }
})
