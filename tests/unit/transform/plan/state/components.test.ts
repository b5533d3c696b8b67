/** What is recorded of a build, and what a later one finds changed. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Change,
  compareComponents,
  describeChange,
} from '../../../../../src/transform/plan/state/changes.ts'
import {
  type ComponentInput,
  type Components,
  makeComponents,
  notAnswered,
  readComponents,
  writeComponents,
} from '../../../../../src/transform/plan/state/components.ts'

const base: ComponentInput = {
  code: { kind: 'sql', texts: ['select a from t'], isTemplateStable: true },
  config: { materialized: 'table', meta: { owner: 'ann' } },
  hooks: [],
  properties: {},
  relation: { schema: 'silver', identifier: 'events' },
  target: { adapter: 'duckdb', timezone: 'UTC', settings: {} },
  inputs: new Map([['raw.t', 'v1']]),
}
const sql = (...texts: readonly string[]): ComponentInput => ({
  ...base,
  code: { kind: 'sql', texts, isTemplateStable: true },
})
const seed = (checksum: string): ComponentInput => ({ ...base, code: { kind: 'file', checksum } })
const made = (input: ComponentInput): Components => makeComponents(input, undefined)

function changes(before: Components, now: ComponentInput): readonly Change[] {
  const last = { kind: 'recorded', components: before } as const
  return compareComponents(last, makeComponents(now, before))
}
const said = (before: ComponentInput, now: ComponentInput) =>
  changes(made(before), now).map(describeChange)

describe('nothing changed', () => {
  const same: readonly (readonly [what: string, before: ComponentInput, now: ComponentInput])[] = [
    ['nothing', base, base],
    ['formatting', base, sql('SELECT a\nFROM t -- all\n')],
    ['a seed', seed('1'), seed('1')],
    [
      'what only describes',
      base,
      { ...base, config: { materialized: 'table', tags: ['x'], docs: {}, full_refresh: false } },
    ],
    [
      'order of keys',
      { ...base, config: { a: { x: 1, y: 2 }, b: [1] } },
      { ...base, config: { b: [1], a: { y: 2, x: 1 } } },
    ],
    [
      'order of inputs',
      { ...base, inputs: new Map([['a', '1']]).set('b', '2') },
      { ...base, inputs: new Map([['b', '2']]).set('a', '1') },
    ],
  ]
  test.each(same)('%s', (_, before, now) => {
    expect(said(before, now)).toEqual([])
  })
})

describe('what changed, and how it is said', () => {
  type Case = readonly [before: ComponentInput, now: ComponentInput, said: readonly string[]]
  const cases: readonly Case[] = [
    [base, sql('select b from t'), ['its SQL changed']],
    [base, sql('select A from t'), ['its SQL changed']],
    [sql('a', 'b'), sql('a', 'c'), ['its SQL changed']],
    [sql('a', 'b'), sql('a b'), ['its SQL changed']],
    [base, sql('select a from t', 'select a from t'), ['its SQL changed']],
    [seed('1'), seed('2'), ['its file changed']],
    [base, seed('1'), ['its file changed']],
    [
      base,
      { ...base, config: { materialized: 'view', unique_key: ['id'] } },
      [
        'its config changed: materialized from "table" to "view", unique_key from not set to ["id"]',
      ],
    ],
    [
      { ...base, config: { cluster: [1, 2] } },
      { ...base, config: { cluster: [2, 1] } },
      ['its config changed: cluster from [1,2] to [2,1]'],
    ],
    [
      base,
      { ...base, target: { adapter: 'duckdb', timezone: 'Asia/Tokyo', settings: {} } },
      ['its config changed: timezone from "UTC" to "Asia/Tokyo"'],
    ],
    [
      base,
      { ...base, target: { ...base.target, settings: { default_null_order: 'nulls_first' } } },
      ['its config changed: settings from not set to {"default_null_order":"nulls_first"}'],
    ],
    [
      base,
      { ...base, target: { adapter: 'postgres', timezone: 'UTC', settings: {} } },
      ['its config changed: adapter from "duckdb" to "postgres"'],
    ],
    [
      base,
      { ...base, relation: { schema: 'silver', identifier: 'x' } },
      ['its config changed: relation from "silver.events" to "silver.x"'],
    ],
    [base, { ...base, inputs: new Map([['raw.t', 'v2']]) }, ['"raw.t" changed']],
    [
      base,
      { ...base, inputs: new Map([['raw.t', 'unknown']]) },
      ['whether "raw.t" changed is not known'],
    ],
    [
      { ...base, inputs: new Map([['raw.t', 'unknown']]) },
      { ...base, inputs: new Map([['raw.t', 'unknown']]) },
      ['whether "raw.t" changed is not known'],
    ],
    [
      base,
      { ...base, inputs: new Map([['raw.u', 'v1']]) },
      ['it no longer reads "raw.t"', 'it now reads "raw.u"'],
    ],
    [sql('select now()'), sql('select now()'), ['now() gives something else each time']],
    [
      sql('select 1', 'select random()'),
      sql('select 1', 'select random()'),
      ['random() gives something else each time'],
    ],
    [
      base,
      { ...base, code: { kind: 'sql', texts: ['select a from t'], isTemplateStable: false } },
      ['run_started_at or invocation_id gives something else each time'],
    ],
    [
      base,
      { ...sql('select now()'), config: {}, inputs: new Map([['raw.t', 'v3']]) },
      [
        'its SQL changed',
        'its config changed: materialized from "table" to not set',
        '"raw.t" changed',
        'now() gives something else each time',
      ],
    ],
  ]
  test.each(cases)('%#', (before, now, expected) => {
    expect(said(before, now)).toEqual(expected)
  })

  test('never built, and built without a record', () => {
    const now = made(base)
    const first = compareComponents({ kind: 'none' }, now)
    const unread = compareComponents({ kind: 'not-recorded' }, now)
    expect([...first, ...unread].map(describeChange)).toEqual([
      'it was never built',
      'what it was last built from is not on record',
    ])
  })
})

describe('another version of the canonicaliser', () => {
  const older: Components = { ...made(base), canonicaliser: 0, code: 'as it was hashed then' }

  test('the same text is the same code: nothing is built', () => {
    expect(changes(older, base)).toEqual([])
  })

  test('another text may be the same code: it is built, and said', () => {
    expect(changes(older, sql('select a  from t')).map(describeChange)).toEqual([
      'its SQL changed, and since assay was upgraded in between, it may be the formatting only',
    ])
  })

  test('a file has no formatting', () => {
    expect(
      changes({ ...made(seed('1')), canonicaliser: 0 }, seed('2')).map(describeChange),
    ).toEqual(['its file changed'])
  })

  test('the version of the code goes on, until the code changes', () => {
    expect(makeComponents(base, older).codeVersion).toBe(older.codeVersion)
    expect(makeComponents(sql('select  b'), older).codeVersion).not.toBe(older.codeVersion)
  })
})

describe('in the ledger', () => {
  test('C8: a template that asks: its answers count beside its code, and those nobody gave do not', () => {
    const asking = (text: string, answered: string): ComponentInput => ({
      ...base,
      code: { kind: 'sql', texts: [text], answered, isTemplateStable: true },
    })
    const first = asking('{{query ..}}', 'select 1')
    expect(said(first, asking('{{query ..}}', 'SELECT 1 -- one'))).toEqual([])
    expect(said(first, asking('{{query ..}}', 'select 2'))).toEqual([
      'what the database answers to its template changed',
    ])
    expect(said(first, asking('{{query else}}', 'select 2'))).toEqual(['its SQL changed'])
    expect(said(first, asking('{{query ..}}', notAnswered))).toEqual([])
    const versions = [first, asking('{{query ..}}', 'select 2')].map(
      (input) => made(input).codeVersion,
    )
    expect(new Set(versions).size).toBe(2)
  })

  test('what is written is read', () => {
    const values = fc.record({
      config: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean())),
      inputs: fc.array(fc.tuple(fc.string(), fc.string())),
    })
    fc.assert(
      fc.property(values, ({ config, inputs }) => {
        const components = made({ ...base, config, inputs: new Map(inputs) })
        expect(readComponents(writeComponents(components))).toEqual(components)
      }),
    )
  })

  const written: Readonly<Record<string, unknown>> = JSON.parse(writeComponents(made(base)))
  // Older versions did not write them.
  const keys = Object.keys(written).filter((key) => key !== 'answers' && key !== 'limit')
  const unreadable: readonly (string | undefined)[] = [
    undefined,
    '',
    '{',
    'null',
    '[]',
    '{}',
    JSON.stringify({ ...written, format: 2 }),
    JSON.stringify({ ...written, inputs: { a: 1 } }),
    JSON.stringify({ ...written, inputs: [] }),
    JSON.stringify({ ...written, answers: 1 }),
    JSON.stringify({ ...written, limit: 1 }),
    ...keys.map((key) => JSON.stringify({ ...written, [key]: undefined })),
  ]
  test.each(unreadable)('not readable: %s', (text) => {
    expect(readComponents(text)).toBeUndefined()
  })
})
