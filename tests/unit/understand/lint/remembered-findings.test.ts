/** Findings that are kept between commands: told again as long as nothing they hang on has changed, and never longer. */
import { describe, expect, test } from 'vitest'
import type { Diagnostic } from '../../../../src/core/diagnostic.ts'
import type { UniqueId } from '../../../../src/core/node.ts'
import {
  lintProject,
  type RememberedFindings,
} from '../../../../src/understand/lint/lint-project.ts'
import { lineOf, manifestOf } from '../../project/parsed-project.ts'

type Files = Readonly<Record<string, string>>

const written: Files = {
  'models/sources.yml': `sources:
  - name: raw
    schema: raw
    tables:
      - name: events
        columns:
          - { name: event_id, data_tests: [unique, not_null] }
`,
  'models/days.sql':
    '{{config materialized="ephemeral"}}\nselect event_id, at from {{source "raw" "events"}}',
  'models/firsts.sql':
    '{{config materialized="incremental" unique_key="event_id"}}\n' +
    'select event_id, {{picked}} as n, {{chosen}} as moment from {{ref "days"}}',
  'macros/m.sql':
    '{{#macro "picked"}}row_number() over (partition by at order by event_id){{/macro}}\n' +
    '{{#macro "chosen"}}{{var "moment" "at"}}{{/macro}}',
}

/** Counts what had to be looked at. */
function memory() {
  const kept = new Map<UniqueId, { readonly seal: string; readonly found: readonly Diagnostic[] }>()
  const counts = { set: 0 }
  const remembered: RememberedFindings = {
    get: (id, seal) => {
      const entry = kept.get(id)
      return entry?.seal === seal ? entry.found : undefined
    },
    set: (id, seal, found) => {
      counts.set += 1
      kept.set(id, { seal, found })
    },
  }
  return { remembered, counts }
}

function lint(files: Files, remembered?: RememberedFindings): readonly string[] {
  const manifest = manifestOf(files)
  const ids = new Set(manifest.nodes.keys())
  return lintProject(manifest, ids, remembered).map(({ diagnostic }) => lineOf(diagnostic))
}

describe('remembered findings', () => {
  test('an unchanged model is not looked at again, and says the same', () => {
    const { remembered, counts } = memory()
    const first = lint(written, remembered)
    expect(first).toEqual(lint(written))
    expect(counts.set).toBe(2)
    expect(lint(written, remembered)).toEqual(first)
    expect(counts.set).toBe(2)
  })

  const changes: Readonly<Record<string, Files>> = {
    'its own text': { 'models/firsts.sql': `${written['models/firsts.sql']} where at < now()` },
    'its config': {
      'models/firsts.sql': `{{config lint_off=(list "lint-nullable-key")}}\n${written['models/firsts.sql']}`,
    },
    'a macro it calls': {
      'macros/m.sql':
        '{{#macro "picked"}}row_number() over (partition by event_id order by at){{/macro}}\n' +
        '{{#macro "chosen"}}at{{/macro}}',
    },
    'what it inlines': {
      'models/days.sql':
        '{{config materialized="ephemeral"}}\nselect event_id, now() as at from {{source "raw" "events"}}',
    },
    'a test of its key': {
      'models/firsts.yml':
        'models:\n  - name: firsts\n    columns:\n      - { name: event_id, data_tests: [not_null] }\n',
    },
    'a var': {
      'assay.yml':
        'name: shop\ntargets:\n  dev: { type: duckdb, path: target/shop.duckdb }\nvars: { moment: now() }\n',
    },
  }
  for (const [what, files] of Object.entries(changes)) {
    test(`a change of ${what} is seen`, () => {
      const { remembered } = memory()
      const before = lint(written, remembered)
      const changed = { ...written, ...files }
      expect(lint(changed)).not.toEqual(before)
      expect(lint(changed, remembered)).toEqual(lint(changed))
    })
  }

  test('what asks the environment is not kept', () => {
    const { remembered, counts } = memory()
    const files = { ...written, 'models/firsts.sql': 'select {{env "COLUMN" "1"}} as n limit 1' }
    lint(files, remembered)
    lint(files, remembered)
    expect(counts.set).toBe(1)
  })
})
