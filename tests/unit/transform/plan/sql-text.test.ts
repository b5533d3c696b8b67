import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  commonTableSlot,
  outlineSql,
  startOfSql,
} from '../../../../src/transform/plan/sql/sql-text.ts'

const inner = fc
  .array(fc.constantFrom('a', ';', ' ', '\n', '--', "'", '"', '$', '\\', '*', '/', '{'), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''))
const without = (...marks: readonly string[]) =>
  inner.map((text) => marks.reduce((left, mark) => left.replaceAll(mark, ''), text))

/** Pieces that hold no semicolon of their own outside strings, identifiers and comments. */
const opaque = fc.oneof(
  inner.map((text) => `'${text.replaceAll("'", "''")}'`),
  inner.map((text) => `"${text.replaceAll('"', '""')}"`),
  inner.map((text) => `e'${text.replaceAll(/[\\']/g, '\\$&')}'`),
  without('$').map((text) => `$$${text}$$`),
  without('$').map((text) => `$tag_1$${text}$tag_1$`),
  without('$').map((text) => `$a$${text} $b$ ; $$ $a$`),
)
const comment = fc.oneof(
  without('\n').map((text) => `--${text}\n`),
  without('*', '/').map((text) => `/*${text}*/`),
  without('*', '/').map((text) => `/*${text}/* ; ' */${text}*/`),
)
const word = fc.constantFrom('select', 'a.b', '1', '(x)', '=', '$1', '::text', 'é', '-', '/', '->>')

type Piece = { readonly kind: 'code' | 'comment' | 'semicolon'; readonly text: string }
const pieces = fc.array(
  fc.oneof(
    fc.oneof(opaque, word).map((text): Piece => ({ kind: 'code', text })),
    comment.map((text): Piece => ({ kind: 'comment', text })),
    fc.constant<Piece>({ kind: 'semicolon', text: ';' }),
  ),
  { maxLength: 12 },
)

/** The pieces with blanks between, and where each begins. */
function assemble(parts: readonly Piece[]) {
  let sql = ' '
  const placed = parts.map((part) => {
    const start = sql.length
    sql += `${part.text} `
    return { ...part, start, end: start + part.text.length }
  })
  return { sql, placed }
}

describe('outlineSql', () => {
  test('finds the semicolons that were put in, the first word and the last', () => {
    fc.assert(
      fc.property(pieces, (parts) => {
        const { sql, placed } = assemble(parts)
        const code = placed.filter((piece) => piece.kind === 'code')
        expect(outlineSql(sql)).toEqual({
          start: code[0]?.start ?? -1,
          semicolons: placed.filter(({ kind }) => kind === 'semicolon').map(({ start }) => start),
          end: code.at(-1)?.end ?? 0,
          unclosedComment: -1,
        })
        expect(startOfSql(sql)).toBe(code[0]?.start ?? -1)
      }),
      { numRuns: 500 },
    )
  })

  test('a comment that never ends', () => {
    expect(outlineSql('select 1 /* a /* b */ ; select 2')).toEqual({
      start: 0,
      semicolons: [],
      end: 8,
      unclosedComment: 9,
    })
  })

  test.each([
    ['', { start: -1, semicolons: [], end: 0 }],
    ['-- only this', { start: -1, semicolons: [], end: 0 }],
    [';;', { start: -1, semicolons: [0, 1], end: 0 }],
    ['select 1;', { start: 0, semicolons: [8], end: 8 }],
    ["select 'it''s; here'", { start: 0, semicolons: [], end: 20 }],
    ["select 'a\\'; b", { start: 0, semicolons: [11], end: 14 }],
    ['a $$x;y$$', { start: 0, semicolons: [], end: 9 }],
    ['x - -1 --;\n', { start: 0, semicolons: [], end: 6 }],
  ])('%j', (sql, outline) => {
    expect(outlineSql(sql)).toEqual({ ...outline, unclosedComment: -1 })
  })

  test('time grows with the length, not its square', () => {
    const started = performance.now()
    outlineSql('select \'a\', "b" /* c */ -- d\n'.repeat(20_000))
    outlineSql('/*'.repeat(200_000))
    outlineSql("'".repeat(200_001))
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

describe('commonTableSlot', () => {
  const put = (sql: string) => {
    const { at, open, close } = commonTableSlot(sql)
    return `${sql.slice(0, at)}${open}CTE${close}${sql.slice(at)}`
  }

  test.each([
    ['select 1', 'with CTE\nselect 1'],
    ['-- why\nselect 1', '-- why\nwith CTE\nselect 1'],
    ['with a as (select 1) select * from a', 'with CTE, a as (select 1) select * from a'],
    ['/* x */ WITH a as (select 1) select 1', '/* x */ WITH CTE, a as (select 1) select 1'],
    ['with  recursive a as (select 1) select 1', 'with  recursive CTE, a as (select 1) select 1'],
    ['within_a_day', 'with CTE\nwithin_a_day'],
    ['(select 1) union (select 2)', 'with CTE\n(select 1) union (select 2)'],
  ])('%j', (sql, expected) => {
    expect(put(sql)).toBe(expected)
  })
})
