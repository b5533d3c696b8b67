import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { timestampText } from '../../../../src/load/records/moment-text.ts'

test('every moment of these centuries comes out as itself, whatever the zone it is written in', () => {
  const moment = fc.date({
    min: new Date('1600-01-01T00:00:00Z'),
    max: new Date('2999-12-31T00:00:00Z'),
    noInvalidDate: true,
  })
  const offset = fc.integer({ min: -14 * 60, max: 14 * 60 })
  fc.assert(
    fc.property(moment, offset, (date, minutes) => {
      const local = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, 19)
      const size = Math.abs(minutes)
      const zone = `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`
      const expected = date.toISOString().slice(0, 19).replace('T', ' ')
      expect(timestampText(local + zone, { keepsZone: false })).toBe(expected)
      expect(timestampText(local + zone, { keepsZone: true })).toBe(`${expected}+00`)
    }),
  )
})

function pad(value: number): string {
  return String(value).padStart(2, '0')
}
