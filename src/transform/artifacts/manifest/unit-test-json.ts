/** A unit test as dbt's manifest.json shows it, as text. */
import type { Json, JsonObject } from '../../../core/json.ts'
import type {
  Fixture,
  FixtureCell,
  FixtureRow,
  UnitTestNode,
} from '../../../core/node/unit-test.ts'
import type { NodeInput } from './manifest-node-json.ts'

/** What dbt has no field for, expectations on CTEs and on the table, stands under `config`. */
export function unitTestJson(input: NodeInput, node: UnitTestNode): string {
  const model = input.manifest.nodes.get(node.model)
  const { macros, vars, env_vars } = node.overrides.written
  const rows = node.expectations.find(({ of }) => of.kind === 'rows')
  const others = node.expectations.filter(({ of }) => of.kind !== 'rows')
  return JSON.stringify({
    model: node.modelName,
    given: node.given.map(({ text, fixture }) => ({ input: text, ...fixtureJson(fixture) })),
    expect: fixtureJson(rows?.fixture),
    name: node.name,
    resource_type: 'unit_test',
    package_name: node.packageName,
    path: input.pathOf(node.path),
    original_file_path: node.path,
    unique_id: node.uniqueId,
    fqn: node.fqn,
    description: node.description,
    overrides: {
      macros: macros ?? {},
      vars: vars ?? {},
      env_vars: env_vars ?? {},
    },
    depends_on: { macros: [], nodes: node.dependsOn },
    config: {
      tags: node.tags,
      meta: node.meta,
      enabled: true,
      ...(others.length === 0
        ? {}
        : {
            expectations: others.map(({ of, fixture }) => ({ ...of, ...fixtureJson(fixture) })),
          }),
    },
    checksum: null,
    schema: null,
    created_at: input.createdAt,
    versions: null,
    version: model?.resourceType === 'model' ? (model.version?.version ?? null) : null,
  })
}

function fixtureJson(fixture: Fixture | undefined): JsonObject {
  if (fixture === undefined) return { rows: null, format: 'dict', fixture: null }
  const { format, file } = fixture
  return { rows: rowsJson(fixture), format, fixture: file ?? null }
}

function rowsJson(fixture: Fixture): Json {
  switch (fixture.kind) {
    case 'rows':
      return fixture.rows.map(rowJson)
    case 'csv':
      return fixture.text
    case 'sql':
      return fixture.sql
  }
}

function rowJson({ cells }: FixtureRow): JsonObject {
  return Object.fromEntries(cells.map((cell) => [cell.column, cellJson(cell)]))
}

function cellJson({ text, written }: FixtureCell): Json {
  if (text === null) return null
  if (written === 'json') return JSON.parse(text)
  if (written === 'number') return Number(text)
  return written === 'boolean' ? text === 'true' : text
}
