import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inferType } from '../../../../src/transform/execute/seeds/infer-type.ts'

describe('inferType', () => {
  test.each([
    [['1', '-2', '+3'], 'integer'],
    [['2147483647'], 'integer'],
    [['2147483648'], 'bigint'],
    [['9223372036854775807', '-9223372036854775808'], 'bigint'],
    [['9223372036854775808'], 'text'],
    [['1', '1.5'], 'double'],
    [['.5', '5.', '1e3', '1E-3', '-0.1e+2'], 'double'],
    [['1e400'], 'text'],
    [['e5'], 'text'],
    [['E10', 'E11'], 'text'],
    [['.'], 'text'],
    [['-'], 'text'],
    [['00123'], 'text'],
    [['1', '007'], 'text'],
    [['0', '0.5'], 'double'],
    [['true', 'FALSE'], 'boolean'],
    [['yes', 'no'], 'text'],
    [['true', '1'], 'text'],
    [['2026-02-28'], 'date'],
    [['2026-02-30'], 'text'],
    [['2026-01-01 10:00', '2026-01-01T10:00:00.123456'], 'timestamp'],
    [['2026-01-01', '2026-01-01 10:00:00'], 'text'],
    [['2026-01-01T10:00:00Z', '2026-01-01 10:00:00+02:00'], 'timestamptz'],
    [['2026-01-01 10:00:00', '2026-01-01 10:00:00Z'], 'text'],
    [['NaN'], 'text'],
    [['null'], 'text'],
    [[' 1'], 'text'],
    [['1,5'], 'text'],
    [[null, '1', null], 'integer'],
    [[null, null], 'text'],
    [[], 'text'],
  ] as const)('%j: %s', (cells, type) => {
    expect(inferType(cells)).toBe(type)
  })

  const cell = fc.oneof(
    fc.integer().map(String),
    fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
    fc.double({ noNaN: true }).map(String),
    fc.boolean().map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.constantFrom('e5', '007', '', 'x', '2026-01-01', '2026-01-01 10:00'),
  )

  test('neither the order of rows nor NULLs nor rows twice change it', () => {
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 5 }), fc.nat(), (cells, turn) => {
        const type = inferType(cells)
        const at = cells.length === 0 ? 0 : turn % cells.length
        expect(inferType([...cells.slice(at), null, ...cells.slice(0, at)])).toBe(type)
        expect(inferType([...cells, ...cells])).toBe(type)
      }),
    )
  })

  test('one more row widens a type or leaves it, never narrows it', () => {
    const wider: Readonly<Record<string, readonly string[]>> = {
      boolean: [],
      integer: ['bigint', 'double'],
      bigint: ['double'],
      double: [],
      date: [],
      timestamp: [],
      timestamptz: [],
    }
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 4 }), cell, (cells, more) => {
        const before = inferType(cells)
        const after = inferType([...cells, more])
        if (before !== 'text') expect([before, 'text', ...(wider[before] ?? [])]).toContain(after)
        else expect(after).toBe('text')
      }),
    )
  })

  test('what is called a number is one, as it was written', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'0123456789+-.eE '.split('')), maxLength: 8 }),
        (text) => {
          const type = inferType([text])
          if (type === 'integer')
            expect(String(Number(text))).toBe(text.replace(/^\+|^-(?=0$)/, ''))
          if (type === 'double') expect(text.trim()).toBe(text)
          if (type === 'double') expect(Number.isFinite(Number.parseFloat(text))).toBe(true)
          if (type === 'double') expect(Number(text)).toBe(Number.parseFloat(text))
        },
      ),
      { numRuns: 1000 },
    )
  })
})
