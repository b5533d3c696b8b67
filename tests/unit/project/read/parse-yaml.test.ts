import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parsePlainYaml } from '../../../../src/project/read/yaml/parse-plain-yaml.ts'
import { parseYaml } from '../../../../src/project/read/yaml/parse-yaml.ts'
import { toJson } from '../../../../src/project/read/yaml/placed-value.ts'
import { readRenderedScalar } from '../../../../src/project/read/yaml/read-scalar.ts'
import { lineOf } from './make-project.ts'

function faults(text: string): readonly string[] {
  const result = parseYaml('f.yml', text)
  return result.ok ? [] : result.diagnostics.map(lineOf)
}

function json(text: string): unknown {
  const result = parseYaml('f.yml', text)
  if (!result.ok) return result.diagnostics.map(lineOf)
  return result.value === undefined ? undefined : toJson(result.value)
}

const indentation =
  'yaml-syntax: expected the indentation of the lines around it, found another = keys of one map, and items of one list, begin in one column'

describe('faults of syntax', () => {
  test.each([
    [
      'a:\n\tb: 1\n',
      'f.yml:2:1+1 yaml-syntax: expected spaces as indentation, found a tab = replace the tab with spaces',
    ],
    [
      'a: 1\nb: 2\na: 3\n',
      'f.yml:3:1+1 yaml-syntax: expected each key once, found "a" a second time',
    ],
    ['a:\n  - b: x\n   c: q\n', `f.yml:3:4+1 ${indentation}`],
    ['a:\n  b: 1\n c: 2\n', `f.yml:3:2+1 ${indentation}`],
    ['a:\n  - b: x\n     c: q\n', `f.yml:3:6+1 ${indentation}`],
    ['b: x\n  c: q\n', `f.yml:2:3+1 ${indentation}`],
    ['a: [1, 2\nb: 3\n', 'f.yml:2:1+1 yaml-syntax: expected "]" or a comma, found "b"'],
    ['a: "x\nb: 1\n', 'f.yml:1:4+1 yaml-syntax: expected a closing ", found none'],
    [
      'a: b: c\n',
      'f.yml:1:4+1 yaml-syntax: expected one value on a line, found a second key = put quotes around a value that holds ": ", or begin a new line',
    ],
    ['a: *nope\n', 'f.yml:1:4+5 yaml-syntax: expected an anchor defined earlier, found "*nope"'],
    [
      'a: &x [*x]\n',
      'f.yml:1:8+2 yaml-syntax: expected a value, found "*x" inside what it stands for',
    ],
    [
      'a: @x\n',
      'f.yml:1:4+1 yaml-syntax: expected a value, found "@", which may not begin one = put the value in quotes',
    ],
    [
      'a: {{var "x"}}\n',
      'f.yml:1:5+1 yaml-syntax: expected quotes around the template, found none = write "{{..}}" in quotes: a brace begins a map',
    ],
    [
      'a: {{x}}\n',
      'f.yml:1:5+1 yaml-syntax: expected quotes around the template, found none = write "{{..}}" in quotes: a brace begins a map',
    ],
    ['a: 1\nb\n', 'f.yml:2:1+1 yaml-syntax: expected ":" behind the key "b", found none'],
    [
      'a: "\\q"\n',
      'f.yml:1:5+1 yaml-syntax: expected an escape that YAML knows, found "\\q" = write the backslash twice, or use single quotes',
    ],
    [
      "a: 'it's'\n",
      'f.yml:1:8+2 yaml-syntax: expected the end of the value, found "s" = put quotes around the whole value',
    ],
    [
      'a: - b\n',
      'f.yml:1:4+1 yaml-syntax: expected a value, found "-" = begin the list on a new line',
    ],
    ['a: !x 1\n', 'f.yml:1:4+2 yaml-syntax: expected a value without a tag, found "!x"'],
    [
      'a: 1\n---\nb: 1\n',
      'f.yml:2:1+3 yaml-syntax: expected one document, found a second one after "---" = put it into a file of its own',
    ],
    ['<<: 5\n', 'f.yml:1:5+1 yaml-syntax: expected a map, or a list of maps, to merge with "<<"'],
  ])('%j', (text, expected) => {
    expect(faults(text)).toEqual([expected])
  })

  test('several in one file', () => {
    expect(faults('a: @x\nb: 1\nb: 2\nc: *d\ne: [\n')).toEqual([
      'f.yml:1:4+1 yaml-syntax: expected a value, found "@", which may not begin one = put the value in quotes',
      'f.yml:3:1+1 yaml-syntax: expected each key once, found "b" a second time',
      'f.yml:6:1+1 yaml-syntax: expected "]" or a comma, found the end of the file',
    ])
  })

  test('aliases do not grow without bound', () => {
    const levels = Array.from({ length: 9 }, (_, index) => {
      const below = index === 0 ? '1' : `*l${index - 1}`
      return `l${index}: &l${index} [${Array.from({ length: 9 }, () => below).join(', ')}]\n`
    })
    expect(faults(levels.join('')).map((line) => line.replace(/^\S+ /, ''))).toEqual([
      'yaml-syntax: expected at most 200000 values in a file, found more = aliases are copied where they stand: use fewer of them',
    ])
  })
})

describe('values', () => {
  test('nothing, or comments only', () => {
    expect([json(''), json('\n# c\n'), json('---\n')]).toEqual([undefined, undefined, undefined])
  })

  test('anchors and merge keys: a key of its own wins', () => {
    const text =
      'base: &b { x: 1, y: [1] }\nmore: &m { z: 3, x: 9 }\na: { <<: *b, y: 2 }\nb: { <<: [*b, *m] }\nc: *b\n'
    expect(json(text)).toEqual({
      base: { x: 1, y: [1] },
      more: { z: 3, x: 9 },
      a: { y: 2, x: 1 },
      b: { x: 1, y: [1], z: 3 },
      c: { x: 1, y: [1] },
    })
  })

  test('scalars of every form', () => {
    const text =
      'a: |\n  one\n  two\nb: >-\n  one\n  two\nc: yes\nd: 1e3\ne: 0x1f\nf: .nan\ng: ~\n5: five\nh: one\n  two\n'
    expect(json(text)).toEqual({
      '5': 'five',
      a: 'one\ntwo\n',
      b: 'one two',
      c: 'yes',
      d: 1000,
      e: 31,
      f: '.nan',
      g: null,
      h: 'one two',
    })
  })

  test('what a template gave is read as a scalar, never as a map or list', () => {
    const texts = [
      '5432',
      ' 5432 ',
      '"5432"',
      "'it''s'",
      'true',
      '',
      'null',
      '[1]',
      '{a: 1}',
      ' a ',
      '1.5',
      '"a',
    ]
    expect(texts.map(readRenderedScalar)).toEqual([
      5432,
      5432,
      '5432',
      "it's",
      true,
      null,
      null,
      '[1]',
      '{a: 1}',
      ' a ',
      1.5,
      '"a',
    ])
  })
})

const samples = [
  'a: 1',
  "a:\n  b: [x, \"y z\", {k: v}]\n  c: 'it''s'\n",
  '- a\n- b: 1\n  c: 2\n-   d: 3\n    e:\n    - 1\n    - 2\n',
  'a:\n- b\n- c\nd: # comment\n  e: f # x\n',
  'a: "x: y" # c\nb: x#y\nc: http://x\n',
  'a: [path:b/c, tag:d, e:f:g, 10:30]\nb: {c: source:d.e, f: g:1}\n',
  'a: b # c: d\ne:\n  - f # g: h\n  - 1 # "i": j\nk: # l: m\n  n: {} # o: p\n',
  'k: -5\nl: 007\nm: 1e3\nn: .5\no: +1\n',
  'a: {}\nb: []\nc: [ ]\nd: [1,2,]\ne: {b: c,}\n',
  'a: b\r\nc:\r\n  - d\r\n',
  '- - a\n  - b\n- c\n',
  'a:\n\n  b: 1\n # c\n  d: 2\n',
  'a: ~\nb: null\nc:\nd:\n',
  '"q k": v\n\'s\': 2\n"\\u00e9\\n": é\nü: [ß]\n',
]

describe('parsePlainYaml', () => {
  test.each(samples)('reads %j as the package does', (text) => {
    const plain = parsePlainYaml('f.yml', text)
    expect(parseYaml('f.yml', text)).toEqual({ ok: true, value: plain, warnings: [] })
  })

  test.each(['a: [b, -]\n', 'a: {b: ?}\n', 'a: [b:]\n', 'a: [b:, c]\n', 'a: b: c # d\n'])(
    'leaves %j to it',
    (text) => {
      expect(parsePlainYaml('f.yml', text)).toBe(undefined)
    },
  )

  const marks = `a|b|c: |d: |e:|: |- |-|  | |"x"|'y'|[|]|{|}|, |,|#| #z|1|1.5|true|~|!|&x|*x|>|? |:|é|%|@|---|<<: |:a|:/|[a:b, |"|'|+k: |{{x}}`
  const breaks = [
    '\n',
    '\n',
    '\n  ',
    '\n    ',
    '\r\n',
    '\n- a: ',
    '\n  - ',
    '\n  c: ',
    '\nd:',
    '\n...',
  ]
  const rare = ['|', '\t', '\\', '\\n', '\u00a0', '\u2028', '\ufeff']
  const pieces = fc.constantFrom(...marks.split('|'), ...breaks, ...rare)

  test('whatever it reads, the package reads alike', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 14 }), (parts) => {
        const text = parts.join('')
        const plain = parsePlainYaml('f.yml', text)
        if (plain === undefined) return
        expect(parseYaml('f.yml', text)).toEqual({ ok: true, value: plain, warnings: [] })
      }),
      { numRuns: 5000, seed: 1 },
    )
  })
})
