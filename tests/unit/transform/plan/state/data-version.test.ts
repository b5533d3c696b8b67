/** Equal versions only for equal rows. */
import { describe, expect, test } from 'vitest'
import {
  publishedVersion,
  seedVersion,
  sourceVersion,
  viewVersion,
} from '../../../../../src/transform/plan/state/data-version.ts'

function distinct(versions: readonly string[]): number {
  return new Set(versions).size
}

test('a seed: its file, types, delimiter and what became of its header', () => {
  const seed = {
    checksum: 'a',
    columnTypes: [['id', 'bigint']],
    delimiter: ',',
    columns: [],
  } as const
  const versions = [
    seed,
    { ...seed, checksum: 'b' },
    { ...seed, columnTypes: [['id', 'text']] } as const,
    { ...seed, columnTypes: [] },
    { ...seed, delimiter: ';' },
    { ...seed, columns: [{ name: 'id', dataType: 'bigint' }] },
  ].map(seedVersion)
  expect(distinct(versions)).toBe(6)
  expect(seedVersion({ ...seed })).toBe(versions[0])
})

describe('a table', () => {
  const rows = {
    last: 'before',
    runId: 'run-2',
    version: 7,
    rowsChanged: 0,
    haveColumnsChanged: false,
  }
  test('keeps its version only where nothing was written', () => {
    expect(publishedVersion(rows)).toBe('before')
    expect(publishedVersion({ ...rows, rowsChanged: 1 })).toBe('run-2/7')
    expect(publishedVersion({ ...rows, rowsChanged: undefined })).toBe('run-2/7')
    expect(publishedVersion({ ...rows, haveColumnsChanged: true })).toBe('run-2/7')
    expect(publishedVersion({ ...rows, last: undefined })).toBe('run-2/7')
    expect(publishedVersion({ ...rows, last: 'unknown' })).toBe('run-2/7')
  })
})

describe('a view', () => {
  const view = { codeVersion: 'c', inputs: { a: '1', b: '2' }, unstable: null }
  test('its code and what it reads', () => {
    const versions = [
      view,
      { ...view, codeVersion: 'd' },
      { ...view, inputs: { a: '2', b: '1' } },
      { ...view, inputs: { a: '1' } },
    ].map(viewVersion)
    expect(distinct(versions)).toBe(4)
    expect(viewVersion({ ...view, inputs: { b: '2', a: '1' } })).toBe(versions[0])
  })
  test('unknown where its rows may differ by themselves', () => {
    expect(viewVersion({ ...view, unstable: 'now()' })).toBe('unknown')
    expect(viewVersion({ ...view, inputs: { a: '1', b: 'unknown' } })).toBe('unknown')
  })
})

describe('a source', () => {
  const source = { identity: 'oid 1', arrivalColumn: 'seq', maxArrival: '9' }
  test('which table, and how far', () => {
    const versions = [
      source,
      { ...source, identity: 'oid 2' },
      { ...source, arrivalColumn: 'id' },
      { ...source, maxArrival: '10' },
      { ...source, maxArrival: null },
      { ...source, maxArrival: 'null' },
    ].map(sourceVersion)
    expect(distinct(versions)).toBe(6)
    expect(sourceVersion({ ...source })).toBe(versions[0])
  })
  test('unknown without an arrival column, or without an identity', () => {
    expect(sourceVersion({ ...source, arrivalColumn: undefined })).toBe('unknown')
    expect(sourceVersion({ ...source, identity: undefined })).toBe('unknown')
  })
})
