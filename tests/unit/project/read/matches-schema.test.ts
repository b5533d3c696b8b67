import { createRequire } from 'node:module'
import type * as AjvModule from 'ajv'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json } from '../../../../src/core/json.ts'
import { compileSchema } from '../../../../src/project/read/compile-schema.ts'
import {
  loadSchema,
  propertyNames,
  type SchemaAddress,
  schemaNames,
} from '../../../../src/project/read/schema/load-schema.ts'
import { matchesSchema } from '../../../../src/project/read/schema/matches-schema.ts'

const { Ajv }: typeof AjvModule = createRequire(import.meta.url)('ajv')

const words =
  `name type duckdb postgres path targets dev models +materialized view incremental +tags +x config columns
  data_tests tests unique test_name arguments severity warn sources tables host user dbname database 5s ref ok
  pre-hook pre_hook sql meta freshness count`.split(/\s+/)

const { value: anyValue } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom<Json>(...words, null, true, 0, 1, 2.5, -1, '', '{{x}}'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...words), tie('value'), { maxKeys: 5 }),
  ),
}))

const addresses: readonly SchemaAddress[] = [
  ...schemaNames.filter((name) => name !== 'config').map((schema) => ({ schema })),
  ...['model', 'seed', 'test', 'source', 'analysis', 'model_tree', 'test_tree'].map((name) => ({
    schema: 'config' as const,
    pointer: `/definitions/${name}`,
  })),
  ...['model', 'column', 'test_entry', 'source', 'table'].map((name) => ({
    schema: 'properties' as const,
    pointer: `/definitions/${name}`,
  })),
  ...['target', 'duckdb', 'postgres'].map((name) => ({
    schema: 'assay' as const,
    pointer: `/definitions/${name}`,
  })),
]

describe('matchesSchema', () => {
  test.each(addresses)('judges as ajv does: $schema $pointer', (address) => {
    const check = compileSchema(address)
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(matchesSchema(value, address)).toBe(check(value).length === 0)
      }),
      { numRuns: 400, seed: 1 },
    )
  })

  test('says yes and no to whole files', () => {
    const file = { name: 'a', targets: { dev: { type: 'duckdb', path: 'x' } } }
    expect(matchesSchema(file, { schema: 'assay' })).toBe(true)
    const wrong = { name: 'a', targets: { dev: { type: 'duckdb', path: 5 } } }
    expect(matchesSchema(wrong, { schema: 'assay' })).toBe(false)
  })
})

describe('the published schemas', () => {
  test.each(schemaNames)('%s is a valid JSON schema', (name) => {
    expect(new Ajv().validateSchema({ ...loadSchema(name) })).toBe(true)
  })

  test.each(['model', 'seed', 'test', 'source', 'analysis'])(
    'a tree of %s has its configs',
    (kind) => {
      const names = (pointer: string): readonly string[] =>
        propertyNames({ schema: 'config', pointer })
      expect(names(`/definitions/${kind}_tree`)).toEqual(
        names(`/definitions/${kind}`).map((name) => `+${name}`),
      )
    },
  )
})
