/** Lints small projects given as texts: what the tests of the rules are written with. */
import type { ModelNode } from '../../../../src/core/node.ts'
import { lintProject } from '../../../../src/understand/lint/lint-project.ts'
import { lineOf, manifestOf } from '../../project/parsed-project.ts'

type Files = Readonly<Record<string, string>>

const sources = `sources:
  - name: raw
    schema: raw
    tables:
      - name: events
        columns:
          - { name: event_id, data_tests: [unique, not_null] }
          - { name: born, data_type: date }
      - name: prices
        data_tests:
          - unique: { arguments: { column_name: "symbol || '/' || at" } }
      - name: loose
`

/** All findings of a project, a line each. */
export function lintOf(files: Files, only?: readonly string[]): readonly string[] {
  const manifest = manifestOf({ 'models/sources.yml': sources, ...files })
  const models = [...manifest.nodes.values()].filter(
    (node): node is ModelNode => node.resourceType === 'model',
  )
  const chosen = models.filter(({ name }) => only === undefined || only.includes(name))
  const ids = new Set(chosen.map(({ uniqueId }) => uniqueId))
  return lintProject(manifest, ids).map(({ diagnostic }) => lineOf(diagnostic))
}

/** Of one model: `code "what was found"`, which is enough to tell which rule spoke of what. */
export function lintSql(sql: string, macros = ''): readonly string[] {
  return lintOf({ 'models/m.sql': sql, 'macros/m.sql': macros }).map((line) => {
    const [, place = '', code = ''] = /^models\/m\.sql:(\S+) ([\w-]+):/.exec(line) ?? []
    return `${place} ${code}`
  })
}

/** An incremental model that is matched by a tested key, or appends. */
export function incremental(sql: string, more = ''): string {
  return `{{config materialized="incremental" ${more}}}\n${sql}`
}

/** SQL of one line with a mark where a finding is expected: without the mark, and the column. */
export function marked(sql: string): { readonly sql: string; readonly column: number } {
  return { sql: sql.replace('▸', ''), column: sql.indexOf('▸') + 1 }
}
