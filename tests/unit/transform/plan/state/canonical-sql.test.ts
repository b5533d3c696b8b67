/** What counts in SQL and what does not, and that no two texts that may differ are taken for the same. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tokenizeSql } from '../../../../../src/project/sql/tokenize.ts'
import { canonicalSql } from '../../../../../src/transform/plan/state/canonical-sql.ts'

describe('what does not count', () => {
  const cases: readonly (readonly [sql: string, canonical: string])[] = [
    ['', ''],
    [' ;\n', ''],
    ['-- nothing', ''],
    ['select a,b\n\tfrom\r\n  t\f', 'select a , b from t'],
    ['-- why\r\nselect 1 /* one /* and one */ */;; -- end', 'select 1'],
    ['SELECT Foo From T Where X Is Not NULL', 'select Foo from T where X is not null'],
    ['f( x )\n[ 1:2 ]::int', 'f ( x ) [ 1 : 2 ] :: int'],
  ]
  test.each(cases)('%j', (sql, canonical) => {
    expect(canonicalSql(sql)).toBe(canonical)
  })
})

describe('what counts', () => {
  const pairs: readonly (readonly [string, string])[] = [
    ['select Foo', 'select foo'],
    ['select 1 as Group', 'select 1 as group'],
    ['select t.Order', 'select t.order'],
    ['struct_pack(Left := 1)', 'struct_pack(left := 1)'],
    ['struct_pack(Left => 1)', 'struct_pack(left => 1)'],
    ['select li\u212ae', 'select like'],
    ["select 'a  b'", "select 'a b'"],
    ["select 'A'", "select 'a'"],
    ["select '-- a\n'", "select ''"],
    ['select "a  b"', 'select "a b"'],
    ['select "a"', 'select a'],
    ['select $$a  b$$', 'select $$a b$$'],
    ["select e'x'", "select e 'x'"],
    ['a - -b', 'a'],
    ['a - -b', 'a -b'],
    ['a < > b', 'a <> b'],
    ['a: :b', 'a::b'],
    ['select 1x', 'select 1 x'],
    ['select 0b11', 'select 0 b11'],
    ['select 1.', 'select 1'],
    ['select 1e3', 'select 1E3'],
    ['a ->> b', 'a -> > b'],
    ['a ?| b', 'a ? | b'],
    ['select 1; select 2', 'select 1 select 2'],
    // A line end between two strings makes one of them, and of a comment's end another statement.
    ["select 'a'\n'b'", "select 'a' 'b'"],
    ["select e'a'\n'b\\'  c'", "select e'a'\n'b\\' c'"],
    ['select 1 -- x\r + 1', 'select 1 -- x\r + 2'],
    ['select 1 as \u00a0b', 'select 1 as b'],
    ['select\u000b1', 'select 1'],
    ["select 'a  b", "select 'a b"],
    ['select 1 /* a', 'select 1'],
    ['select $ 1', 'select $1'],
    ['select $ a', 'select $a'],
  ]
  test.each(pairs)('%j is not %j', (left, right) => {
    expect(canonicalSql(left)).not.toBe(canonicalSql(right))
  })
})

const texts: readonly string[] = [
  'select from Foo foo Group as over ß n e x u 1 1. .5 1e3 0x1F 1_000 $1'.split(' '),
  ['"a b"', '"A"', 'U&"x"', "'it''s'", "e'\\''", "x'1F'", '$$ a -- b $$', '$t$ $$ $t$'],
  '( ) [ ] , . ; : :: := => + - * / <> <= ->> ?| @- # ||'.split(' '),
].flat()
const tokens = fc.array(fc.constantFrom(...texts), { maxLength: 20 })
const gap = fc.constantFrom(' ', '\n', '\t  ', '\r\n', ' /* c */ ', ' /* a /* b */ */\n', ' -- c\n')

/** As the database would cut the text: two of the above may make another token together. */
function cut(sql: string): readonly string[] {
  return tokenizeSql(sql)
    .filter((token) => token.kind !== 'comment')
    .map((token) => token.text)
}

/** What two strings side by side mean hangs on what stands between them. */
function isPlain(list: readonly string[]): boolean {
  const found = tokenizeSql(list.join(' '))
  return !found.some(({ kind }, index) => kind === 'string' && found[index - 1]?.kind === 'string')
}

describe('properties', () => {
  test('white space and comments between tokens never count', () => {
    fc.assert(
      fc.property(tokens.filter(isPlain), fc.array(gap, { minLength: 21 }), (list, gaps) => {
        const plain = canonicalSql(list.join(' '))
        const spread = list.map((text, index) => `${gaps[index]}${text}`).join('')
        expect(canonicalSql(`${spread}${gaps[20]}`)).toBe(plain)
      }),
    )
  })

  test('it is its own canonical form', () => {
    const any = fc.array(
      fc.oneof(
        fc.constantFrom(...texts),
        gap,
        fc.constantFrom("'", '"', '$', '\\', '\r', '\u00a0'),
      ),
    )
    fc.assert(
      fc.property(any, (list) => {
        const once = canonicalSql(list.join(''))
        expect(canonicalSql(once)).toBe(once)
      }),
      { numRuns: 2000 },
    )
  })

  test('the same tokens, whatever stood between them: so other tokens have another form', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...texts), gap), { maxLength: 20 }), (list) => {
        const sql = list.join('')
        const kept = cut(sql)
        const last = kept.findLastIndex((text) => text !== ';')
        const lower = (all: readonly string[]) => all.map((text) => text.toLowerCase())
        const canonical = canonicalSql(sql)
        if (canonical === sql) return
        expect(lower(cut(canonical))).toEqual(lower(kept.slice(0, last + 1)))
      }),
      { numRuns: 2000 },
    )
  })

  test('another token in one place is another form', () => {
    const lists = fc.array(fc.constantFrom(...texts), { minLength: 1, maxLength: 20 })
    const changed = fc.tuple(lists, fc.nat(), fc.constantFrom(...texts))
    fc.assert(
      fc.property(changed, ([list, place, text]) => {
        const index = place % list.length
        const other = list.with(index, text)
        fc.pre(list[index] !== text)
        // At the end, a semicolon more or less is the same statement.
        fc.pre(list.findLastIndex((one) => one !== ';') >= index || text !== ';')
        fc.pre(other.findLastIndex((one) => one !== ';') >= index)
        expect(canonicalSql(other.join(' '))).not.toBe(canonicalSql(list.join(' ')))
      }),
      { numRuns: 2000 },
    )
  })
})
