import { expect, test } from 'vitest'
import { maskYamlLines } from '../../../../src/core/settings/mask-yaml-lines.ts'

test.each<[string, string]>([
  ['    password: hunter2', '    password: *****'],
  ['    passwrod: hunter2 # mine', '    passwrod: *****'],
  ['    pasword: hunter2', '    pasword: *****'],
  ['    PASSWD: "hunter2"', '    PASSWD: *****'],
  ['    "password": [hunter2]', '    "password": *****'],
  [`    password: "hunter2{{env 'NOPE'}}"`, '    password: *****'],
  [`    password: "{{env 'PGPASSWORD' 'hunter2'}}"`, '    password: *****'],
  [`    password: "{{env 'PGPASSWORD' ''}}"`, `    password: "{{env 'PGPASSWORD' ''}}"`],
  [
    `  pg: { type: postgres, passwrod: hunter2, host: h, api_key: "a, b", port: 5 }`,
    '  pg: { type: postgres, passwrod: *****, host: h, api_key: *****, port: 5 }',
  ],
  ['    path: postgres://ann:hunter2@host/db', '    path: postgres://ann:*****@host/db'],
  ['    host: passwords.example.org', '    host: passwords.example.org'],
  ['  - name: password', '  - name: password'],
  ['    prefix: me # the password of: nobody', '    prefix: me # the password of: nobody'],
])('%s is shown as %s', (line, shown) => {
  expect(maskYamlLines([line])).toEqual([shown])
})

test('what stands below a key that is called like a secret is its value', () => {
  const lines = [
    'pg:',
    '  password: |',
    '    hunter2',
    '',
    '    more',
    '  host: h',
    '  secret:',
    '    - a',
    'x: 1',
  ]
  const shown = [
    'pg:',
    '  password: |',
    '    *****',
    '',
    '    *****',
    '  host: h',
    '  secret:',
    '    *****',
    'x: 1',
  ]
  expect(maskYamlLines(lines)).toEqual(shown)
})
