/** The examples of docs/lint.md: what it calls bad is found under its heading, what it calls good is clean. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { diagnosticCodes } from '../../../../src/core/diagnostic-codes.ts'
import { lintOf } from './lint-of.ts'

const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..')
const page = readFileSync(join(repository, 'docs', 'lint.md'), 'utf8')

interface Example {
  readonly code: string
  readonly text: string
}

const sections = page.split('\n## ').filter((section) => section.startsWith('lint-'))
const examples = sections.flatMap((section): readonly Example[] => {
  const code = section.slice(0, section.indexOf('\n'))
  const blocks = [...section.matchAll(/```(?:sql|yaml)\n([^]*?)```/g)]
  return blocks.map(([, text = '']) => ({ code, text }))
})
const bad = examples.filter(({ text }) => /^(?:--|#) bad/.test(text))
const good = examples.filter(({ text }) => /^(?:--|#) good/.test(text))

const around = {
  'models/app.yml': `sources:
  - name: app
    tables:
      - { name: events, config: { arrival_column: _load_seq } }
      - { name: orders, config: { arrival_column: _load_seq } }
models:
  - name: stg_events
    columns: [{ name: event_id, data_tests: [unique] }]
`,
  'models/stg_events.sql': 'select * from {{source "app" "events"}}',
  'models/trades.sql': 'select 1 as trade_id',
  'models/prices.sql': 'select 1 as price',
}

function codesOf({ text }: Example): readonly string[] {
  const isYaml = text.startsWith('#')
  const files = isYaml
    ? {
        'models/orders.sql':
          '{{config materialized="incremental" unique_key="order_id"}}select 1 as order_id',
        'models/orders.yml': `models:\n${text}`,
      }
    : { 'models/example.sql': text }
  const found = lintOf({ ...around, ...files }, [isYaml ? 'orders' : 'example'])
  return [...new Set(found.map((line) => /lint-[\w-]+(?=:)/.exec(line)?.[0] ?? line))]
}

test('each finding has a section with a bad and a good example', () => {
  const codes = Object.keys(diagnosticCodes).filter((code) => code.startsWith('lint-'))
  expect(bad.map(({ code }) => code).toSorted()).toEqual(codes.toSorted())
  expect(good.map(({ code }) => code).toSorted()).toEqual(codes.toSorted())
})

describe('examples', () => {
  test.each(bad)('bad: $code', (example) => expect(codesOf(example)).toEqual([example.code]))
  test.each(good)('good: $code', (example) => expect(codesOf(example)).toEqual([]))
})
