import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { locate } from '../../../../src/project/template/segment-map.ts'
import type { Segment, SegmentMap } from '../../../../src/project/template/template.ts'
import { spliceSql } from '../../../../src/transform/plan/sql/splice-sql.ts'

interface Text {
  readonly sql: string
  readonly map: SegmentMap
}

/** A text of lines and expressions, as rendering gives it: a literal never runs over the end of a line. */
function textOf(path: string) {
  const part = fc.record({
    isLiteral: fc.boolean(),
    text: fc.constantFrom('a', 'select', ' from x', 'y, z'),
    endsLine: fc.boolean(),
  })
  return fc.array(part, { minLength: 1, maxLength: 6 }).map((parts): Text => {
    let sql = ''
    let line = 1
    let column = 1
    const map = parts.map(({ isLiteral, text, endsLine }): Segment => {
      const written = isLiteral && endsLine ? `${text}\n` : text
      const length = isLiteral ? written.length : 9
      const span = { path, line, column, length }
      const segment = { start: sql.length, span, isLiteral, callers: [] }
      sql += written
      column += length
      if (written.endsWith('\n')) {
        line += 1
        column = 1
      }
      return segment
    })
    return { sql, map }
  })
}

function placeOf({ map }: Text, offset: number) {
  const span = locate(map, offset)?.span
  return span === undefined ? undefined : `${span.path}:${span.line}:${span.column}`
}

describe('spliceSql', () => {
  test('every character still leads to where it came from', () => {
    fc.assert(
      fc.property(textOf('into.sql'), textOf('cte.sql'), fc.nat(), (into, text, place) => {
        const at = place % (into.sql.length + 1)
        const before = 'with a as (\n'
        const after = '\n)\n'
        const spliced = spliceSql(into, at, { before, text, after })
        expect(spliced.sql).toBe(
          into.sql.slice(0, at) + before + text.sql + after + into.sql.slice(at),
        )
        for (let offset = 0; offset < at; offset += 1) {
          expect(placeOf(spliced, offset)).toBe(placeOf(into, offset))
        }
        const inserted = at + before.length
        for (let offset = 0; offset < text.sql.length; offset += 1) {
          expect(placeOf(spliced, inserted + offset)).toBe(placeOf(text, offset))
        }
        const moved = before.length + text.sql.length + after.length
        for (let offset = at; offset < into.sql.length; offset += 1) {
          expect(placeOf(spliced, offset + moved)).toBe(placeOf(into, offset))
        }
        const starts = spliced.map.map((segment) => segment.start)
        expect(starts).toEqual(starts.toSorted((a, b) => a - b))
        expect(starts[0]).toBe(0)
      }),
      { numRuns: 300 },
    )
  })

  test('one after the other, as CTEs are put in', () => {
    fc.assert(
      fc.property(
        textOf('into.sql'),
        fc.array(textOf('cte.sql'), { maxLength: 3 }),
        (into, ctes) => {
          let at = 0
          let result: Text = into
          const starts: number[] = []
          for (const text of ctes) {
            result = spliceSql(result, at, { before: '(', text, after: ')' })
            starts.push(at + 1)
            at += text.sql.length + 2
          }
          for (const [index, text] of ctes.entries()) {
            for (let offset = 0; offset < text.sql.length; offset += 1) {
              expect(placeOf(result, (starts[index] ?? 0) + offset)).toBe(placeOf(text, offset))
            }
          }
          for (let offset = 0; offset < into.sql.length; offset += 1) {
            expect(placeOf(result, at + offset)).toBe(placeOf(into, offset))
          }
        },
      ),
    )
  })
})
