/** Which types are one, which names are one, and how a difference is shown. */
import { expect, test } from 'vitest'
import type { Contract } from '../../../../../src/core/node/contract.ts'
import { compareContract } from '../../../../../src/transform/plan/contracts/compare-contract.ts'

const span = { path: 'm.yml', line: 1, column: 1, length: 1 }
const contractOf = (dataType: string, name = 'a', isQuoted = false): Contract => ({
  columns: [{ name, dataType, isQuoted, span }],
  constraints: [],
  aliasTypes: true,
  checksum: '',
  span,
})
/** `promised`: what the database makes of the written type. */
const isKept = (written: string, promised: string, found: string) =>
  compareContract(
    {
      contract: contractOf(written),
      definition: [{ name: 'a', dataType: found }],
      promised: [promised],
    },
    'm',
  ).ok

test.each([
  ['int4', 'integer', 'integer', true],
  ['int', 'integer', 'bigint', false],
  ['text', 'text', 'character varying(10)', true],
  ['varchar', 'character varying', 'text', true],
  ['varchar(5)', 'character varying(5)', 'character varying(10)', false],
  ['varchar(5)', 'character varying(5)', 'text', true],
  ['char(5)', 'character(5)', 'text', false],
  ['decimal(12, 2)', 'numeric(12,2)', 'numeric(12,2)', true],
  ['numeric(12,2)', 'numeric(12,2)', 'numeric(10,2)', false],
  ['numeric(12,2)', 'numeric(12,2)', 'numeric', true],
  ['numeric', 'DECIMAL(18,3)', 'DECIMAL(12,2)', true],
  ['timestamp(3)', 'timestamp(3) without time zone', 'timestamp without time zone', true],
  ['struct(a integer)', 'STRUCT(a INTEGER)', 'STRUCT(b INTEGER)', false],
])('K7: %s (%s) holds for %s: %s', (written, promised, found, expected) => {
  expect(isKept(written, promised, found)).toBe(expected)
})

test('K7, C21: a name is found in any case, in its own first; quoted in no other', () => {
  const definition = [
    { name: 'ID', dataType: 'integer' },
    { name: 'id', dataType: 'integer' },
  ]
  const both: Contract = {
    ...contractOf('integer'),
    columns: ['id', 'ID'].map((name) => ({ name, dataType: 'integer', isQuoted: false, span })),
  }
  const promised = ['integer', 'integer']
  expect(compareContract({ contract: both, definition, promised }, 'm')).toMatchObject({
    ok: true,
    value: [{ spelled: 'id' }, { spelled: 'ID' }],
  })
  const one = definition.slice(0, 1)
  const quoted = contractOf('integer', 'id', true)
  expect(compareContract({ contract: quoted, definition: one, promised }, 'm').ok).toBe(false)
  const plain = contractOf('integer', 'id')
  expect(compareContract({ contract: plain, definition: one, promised }, 'm')).toMatchObject({
    value: [{ spelled: 'ID' }],
  })
})
