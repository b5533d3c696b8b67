import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openProjectCache } from '../../../../src/project/read/project-cache.ts'
import { readProject } from '../../../../src/project/read/read-project.ts'
import { makeProject } from './make-project.ts'

const properties = `models:
  - name: a
    config: { schema: "{{env 'S' 'x'}}", alias: "{{var 'v'}}" }
`

describe('openProjectCache', () => {
  test('C23: keeps what was set, by section', () => {
    const folder = makeProject({})
    const cache = openProjectCache(folder)
    cache.set('one', 'k', { a: [1] })
    cache.set('two', 'k', 'text')
    cache.save()
    const next = openProjectCache(folder)
    expect([
      next.get('one', 'k'),
      next.get('two', 'k'),
      next.get('two', 'l'),
      next.get('three', 'k'),
    ]).toEqual([{ a: [1] }, 'text', undefined, undefined])
    expect(readdirSync(join(folder, 'cache'))).toEqual(['project.json'])
  })

  test('forgets what its stage no longer asks for, and only that', () => {
    const folder = makeProject({})
    const first = openProjectCache(folder)
    first.set('one', 'old', 1)
    first.set('one', 'kept', 2)
    first.set('two', 'other', 3)
    first.save()
    const second = openProjectCache(folder)
    second.get('one', 'kept')
    second.set('one', 'new', 4)
    second.save()
    const third = openProjectCache(folder)
    expect(['old', 'kept', 'new'].map((key) => third.get('one', key))).toEqual([undefined, 2, 4])
    expect(third.get('two', 'other')).toBe(3)
  })

  test('is empty when the file is damaged, whole or in part', () => {
    const folder = makeProject({})
    const cache = openProjectCache(folder)
    cache.set('one', 'k', 1)
    cache.save()
    const file = join(folder, 'cache', 'project.json')
    const text = readFileSync(file, 'utf8')
    for (const damaged of ['', 'x', text.slice(0, -2), text.replace('"k":1', '"k":2'), '{}\n{}']) {
      writeFileSync(file, damaged)
      expect(openProjectCache(folder).get('one', 'k')).toBe(undefined)
    }
    writeFileSync(file, text)
    expect(openProjectCache(folder).get('one', 'k')).toBe(1)
  })

  test('commands with flags do not undo what those without have found out', () => {
    const folder = makeProject({})
    const plain = openProjectCache(folder)
    plain.set('one', 'k', 'plain')
    plain.save()
    const flags = (day: number) => ({ target: undefined, vars: `{day: ${day}}` })
    for (const day of [1, 2, 3, 4, 5]) {
      const cache = openProjectCache(folder, flags(day))
      expect(cache.get('one', 'k')).toBe('plain')
      cache.set('one', 'k', day)
      cache.save()
      expect(openProjectCache(folder, flags(day)).get('one', 'k')).toBe(day)
    }
    const without = openProjectCache(folder, { target: undefined, vars: undefined })
    expect(without.get('one', 'k')).toBe('plain')
    // The oldest is gone: it begins anew.
    expect(readdirSync(join(folder, 'cache')).length).toBe(5)
  })

  test('a folder that cannot be written is no fault', () => {
    const folder = makeProject({ cache: 'a file' })
    const cache = openProjectCache(folder)
    cache.set('one', 'k', 1)
    cache.save()
    expect(openProjectCache(folder).get('one', 'k')).toBe(undefined)
  })
})

describe('a second read', () => {
  async function read(folder: string, env: Record<string, string>, vars: string): Promise<unknown> {
    const cache = openProjectCache(join(folder, 'target'))
    const result = await readProject({ startFolder: folder, processEnv: env, vars, cache })
    cache.save()
    return result.ok ? result.value.properties[0]?.models[0]?.config : result.diagnostics
  }
  const span = (column: number, length: number): object => ({
    path: 'models/a.yml',
    line: 3,
    column,
    length,
  })

  test('B4, C23: gives the same, and follows files, vars and environment', async () => {
    const folder = makeProject({ 'models/a.yml': properties })
    const config = (schema: string, alias: string): object => ({
      schema: { value: schema, span: span(23, 17), unrendered: "{{env 'S' 'x'}}" },
      alias: { value: alias, span: span(49, 13), unrendered: "{{var 'v'}}" },
    })
    expect(await read(folder, {}, '{"v": "p"}')).toEqual(config('x', 'p'))
    expect(await read(folder, {}, '{"v": "p"}')).toEqual(config('x', 'p'))
    expect(await read(folder, { S: 'y' }, '{"v": "p"}')).toEqual(config('y', 'p'))
    expect(await read(folder, { S: 'y' }, '{"v": "q"}')).toEqual(config('y', 'q'))
    writeFileSync(join(folder, 'models/a.yml'), 'models: [{ name: b }]\n')
    expect(await read(folder, {}, '{}')).toEqual({})
  })

  test('keeps no password', async () => {
    const folder = makeProject({
      'assay.yml': `name: growth
targets:
  pg: { type: postgres, host: h, user: u, database: d, password: "{{env 'PW'}}" }
`,
      'models/a.yml': properties,
    })
    await read(folder, { PW: 'hunter2' }, '{"v": "p"}')
    const text = readFileSync(join(folder, 'target/cache/project.json'), 'utf8')
    expect(text.includes('hunter2')).toBe(false)
  })
})
