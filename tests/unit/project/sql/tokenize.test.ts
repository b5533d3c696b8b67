/** Every kind of token, alone and beside others, and that no text is lost. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tokenizeSql } from '../../../../src/project/sql/tokenize.ts'

function tokens(sql: string): readonly string[] {
  return tokenizeSql(sql).map(({ kind, text }) => `${kind} ${text}`)
}

describe('tokens', () => {
  const cases: readonly (readonly [sql: string, ...tokens: string[]])[] = [
    [''],
    [' \t\n'],
    ['select a1', 'word select', 'word a1'],
    ['straße$x', 'word straße$x'],
    ['"a b"".c".d', 'quoted-name "a b"".c"', 'symbol .', 'word d'],
    [`U&"d\\0061t"`, `quoted-name U&"d\\0061t"`],
    [`'it''s' ''`, `string 'it''s'`, `string ''`],
    [`'a\\' b`, `string 'a\\'`, 'word b'],
    [`e'a\\'b' c`, `string e'a\\'b'`, 'word c'],
    [`E'a''b'||X'1F'`, `string E'a''b'`, 'symbol ||', `string X'1F'`],
    [`date'2026-01-01'`, 'word date', `string '2026-01-01'`],
    [`$$it's$$ $t$a$$b$t$`, `string $$it's$$`, 'string $t$a$$b$t$'],
    ['a$b$c', 'word a$b$c'],
    ['$1+$23', 'parameter $1', 'symbol +', 'parameter $23'],
    [
      '1 1.5 .5 1. 1e9 2.5E-3',
      ...['1', '1.5', '.5', '1.', '1e9', '2.5E-3'].map((n) => `number ${n}`),
    ],
    ['0x1F 1_000', 'number 0x1F', 'number 1_000'],
    ['a.b.1', 'word a', 'symbol .', 'word b', 'number .1'],
    ['1..2', 'number 1', 'symbol .', 'number .2'],
    ['a -- b\nc', 'word a', 'comment -- b', 'word c'],
    ['a/* b /* c */ d */e', 'word a', 'comment /* b /* c */ d */', 'word e'],
    [`-- it's\n'x'`, `comment -- it's`, `string 'x'`],
    [`'-- no' "/* no"`, `string '-- no'`, 'quoted-name "/* no"'],
    ['a::int', 'word a', 'symbol ::', 'word int'],
    ['x[1:2]', 'word x', 'symbol [', 'number 1', 'symbol :', 'number 2', 'symbol ]'],
    ['f(a:=1,b=>2)', ...split('f ( a := #1 , b => #2 )')],
    ['a<=b<>c!=d->>e', ...split('a <= b <> c != d ->> e')],
    ['a=-1', ...split('a = - #1')],
    ['a*-b', ...split('a * - b')],
    ['a- -b', ...split('a - - b')],
    ['a=--b', 'word a', 'symbol =', 'comment --b'],
    ['a+/*b*/c', 'word a', 'symbol +', 'comment /*b*/', 'word c'],
    ['a @- b', ...split('a @- b')],
    ['count(*);', ...split('count ( * ) ;')],
    ['t.*,{a}', ...split('t . * , { a }')],
    ['\u0000\\', 'symbol \u0000', 'symbol \\'],
  ]
  test.each(cases)('%j', (sql, ...expected) => {
    expect(tokens(sql)).toEqual(expected)
  })
})

describe('what is not closed ends with the text', () => {
  const texts = [`'a b`, `'a'' b`, `e'a \\'`, '"a b', '/* a /* b */', '$x$ a $y$']
  test.each(texts)('%s', (text) => {
    expect(tokenizeSql(`c ${text}`)).toEqual([
      { kind: 'word', text: 'c', start: 0, end: 1 },
      {
        kind: expect.stringMatching(/string|quoted-name|comment/),
        text,
        start: 2,
        end: 2 + text.length,
      },
    ])
  })
})

test('tokens stand in order, and only white space lies between them', () => {
  const pieces = fc.constantFrom(
    `'`,
    '"',
    '$',
    '$a$',
    '--',
    '/*',
    '*/',
    '\n',
    ' ',
    'e',
    'U&',
    '1',
    '.',
    '::',
    '<',
    '-',
    'x',
    '\\',
    ';',
    'ß',
  )
  fc.assert(
    fc.property(
      fc.array(pieces).map((list) => list.join('')),
      (sql) => {
        const found = tokenizeSql(sql)
        let end = 0
        for (const token of found) {
          expect(sql.slice(end, token.start).trim()).toBe('')
          expect(sql.slice(token.start, token.end)).toBe(token.text)
          expect(token.end).toBeGreaterThan(token.start)
          end = token.end
        }
        expect(sql.slice(end).trim()).toBe('')
      },
    ),
  )
})

/** Words, numbers (written `#1`) and symbols, with blanks between. */
function split(text: string): readonly string[] {
  return text.split(' ').map((part) => {
    if (part.startsWith('#')) return `number ${part.slice(1)}`
    return `${/^\w/.test(part) ? 'word' : 'symbol'} ${part}`
  })
}
