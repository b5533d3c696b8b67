import { expect, test } from 'vitest'
import { rememberedReader } from '../../../../src/load/records/remembered-reader.ts'

test('a record is read once for its two readings, long ones each time', () => {
  const asked: string[] = []
  const read = rememberedReader((text) => {
    asked.push(text)
    return { ok: true, cells: [text.slice(0, 1)], extra: [] }
  })
  const long = 'l'.repeat(9_000_000)
  for (const text of ['a', 'b', 'a', long, long, 'b', 'a']) {
    expect(read(text)).toEqual({ ok: true, cells: [text.slice(0, 1)], extra: [] })
  }
  expect(asked.map((text) => text.slice(0, 1))).toEqual(['a', 'b', 'l', 'l', 'a'])
})
