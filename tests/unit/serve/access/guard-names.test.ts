import { describe, expect, test } from 'vitest'
import { noServe, type ServeSettings } from '../../../../src/core/settings/serve-settings.ts'
import { createGuardNames } from '../../../../src/serve/access/guard-names.ts'
import { ProblemError } from '../../../../src/serve/problem.ts'

const key = { name: 'shop', key: 'shop-key-0123456789', scopes: ['events'] } as const

function ask(asked: { host?: string; origin?: string }, settings: Partial<ServeSettings> = {}) {
  const guard = createGuardNames({ ...noServe, ...settings })
  if (guard === undefined) return 'no guard'
  try {
    guard({ host: asked.host, origin: asked.origin })
    return 'passes'
  } catch (error) {
    return error instanceof ProblemError ? error.problem.code : String(error)
  }
}

describe('the name by which a server without keys is asked', () => {
  test.each([
    'localhost',
    'localhost:8080',
    'LocalHost.:8080',
    'assay.localhost:8080',
    '127.0.0.1',
    '127.0.0.1:8080',
    '127.8.9.1:1',
    '[::1]:8080',
    '[0:0:0:0:0:0:0:1]',
  ])('%s is this machine', (host) => {
    expect(ask({ host })).toBe('passes')
  })

  test.each([
    'evil.example:8080',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'notlocalhost',
    'localhost@evil.example',
    '192.168.0.7:8080',
    '128.0.0.1',
    '[::2]',
    '0.0.0.0:8080',
    'local host',
    '',
  ])('%j is not', (host) => {
    expect(ask({ host })).toBe('misdirected')
  })

  test('none at all is none of it', () => {
    expect(ask({})).toBe('misdirected')
  })

  test('may be one of the configured, and that it listens to', () => {
    const hosts = ['Shop.example', '::7']
    expect(ask({ host: 'shop.example:443' }, { hosts })).toBe('passes')
    expect(ask({ host: '[::7]' }, { hosts })).toBe('passes')
    expect(ask({ host: 'x.shop.example' }, { hosts })).toBe('misdirected')
    expect(ask({ host: '127.0.0.2:80' }, { host: '127.0.0.2' })).toBe('passes')
  })

  test('does not matter where a key is needed, or where everybody may ask', () => {
    const host = 'evil.example'
    expect(ask({ host }, { keys: [key] })).toBe('no guard')
    expect(ask({ host }, { keys: [key], anonymous: [] })).toBe('no guard')
    expect(ask({ host }, { keys: [key], anonymous: ['read'] })).toBe('misdirected')
    expect(ask({ host }, { host: '0.0.0.0', anonymous: ['read'] })).toBe('no guard')
    const named = { host: '0.0.0.0', anonymous: ['read'], hosts: ['shop.example'] } as const
    expect(ask({ host }, named)).toBe('misdirected')
    expect(ask({ host: 'shop.example' }, named)).toBe('passes')
  })
})

test('a page that asks is one of this machine, or of one that may', () => {
  const host = 'localhost:8080'
  expect(ask({ host, origin: 'http://localhost:8080' })).toBe('passes')
  expect(ask({ host, origin: 'http://127.0.0.1:5173' })).toBe('passes')
  expect(ask({ host, origin: 'https://evil.example' })).toBe('foreign-origin')
  expect(ask({ host, origin: 'null' })).toBe('foreign-origin')
  const corsOrigins = ['https://shop.example']
  expect(ask({ host, origin: 'https://shop.example' }, { corsOrigins })).toBe('passes')
  expect(ask({ host, origin: 'https://shop.example:444' }, { corsOrigins })).toBe('foreign-origin')
  expect(ask({ host, origin: 'https://evil.example' }, { corsOrigins: ['*'] })).toBe('passes')
})
