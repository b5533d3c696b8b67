import { expect, test } from 'vitest'
import { rememberedReader } from '../../../../src/load/records/remembered-reader.ts'

test('a record is read once for its two readings, until there are too many', () => {
  const asked: string[] = []
  const read = rememberedReader((text) => {
    asked.push(text.slice(0, 1))
    return { ok: true, cells: [text.slice(0, 1)], extra: [] }
  })
  const ask = (...texts: readonly string[]) => {
    for (const text of texts) {
      expect(read(text)).toEqual({ ok: true, cells: [text.slice(0, 1)], extra: [] })
    }
  }
  const [large, larger] = ['m'.repeat(2_000_000), 'n'.repeat(2_000_000)]
  ask('a', 'b', 'a', large, 'b', large, larger)
  expect(asked).toEqual(['a', 'b', 'm', 'n'])
  // What was settled counts no more; now there is more than may be kept.
  ask('a', large, larger, 'a')
  expect(asked).toEqual(['a', 'b', 'm', 'n', 'a', 'm', 'n', 'a'])
})
