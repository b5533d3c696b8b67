import { defineModel } from 'assay'

export default defineModel(
  {
    columns: {
      small: 'smallint',
      wide: 'bigint',
      price: 'numeric(12, 3)',
      ratio: 'double precision',
      yes: 'boolean',
      words: 'text',
      day: 'date',
      at: 'timestamp',
      at_zone: 'timestamptz',
      doc: 'json',
      bytes: 'bytea',
      id: 'uuid',
      tags: 'text[]',
      nothing: 'text',
    },
  },
  function* (context) {
    yield {
      small: -32768,
      wide: 9007199254740993n,
      price: 1e-3,
      ratio: Number.NaN,
      yes: true,
      words: `it's "two"\nlines\t\\ and ${String(context.var('greeting', 'hello'))}`,
      day: new Date('2026-02-28'),
      at: new Date('2026-02-28T10:30:00.125Z'),
      at_zone: new Date('2026-02-28T10:30:00.125Z'),
      doc: { a: [1, null, 'x'] },
      bytes: new Uint8Array([0, 255, 10]),
      id: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
      tags: ["it's", 'a "b"', 'c\\d', ''],
      nothing: null,
    }
  },
)
