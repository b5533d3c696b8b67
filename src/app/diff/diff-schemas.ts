/** Whether the schemas that A and B name are there, and what was meant if not. */
import { type Adapter, textCell } from '../../core/adapter.ts'
import { type Diagnostic, errorDiagnostic, nearestName } from '../../core/diagnostic.ts'
import type { DiffSide, DiffSides } from './diff-sides.ts'

export async function checkSchemas(
  { a, b }: DiffSides,
  adapters: { readonly a: Adapter; readonly b: Adapter },
): Promise<readonly Diagnostic[]> {
  return [...(await checkSchema(a, adapters.a)), ...(await checkSchema(b, adapters.b))]
}

async function checkSchema(side: DiffSide, adapter: Adapter): Promise<readonly Diagnostic[]> {
  const { schema, word, target, loaded } = side
  if (schema === undefined) return []
  const schemas = await adapter.readSchemas([schema])
  if (schemas.has(schema)) return []
  const { targetNames } = loaded.manifest.project
  const isBare = word === schema
  const known = await schemasOf(adapter)
  const nearest = nearestName(schema, [...(isBare ? targetNames : []), ...known])
  const targets = targetNames.map((name) => `"${name}"`).join(', ')
  const expected = isBare
    ? `a target (${targets}) or a schema of "${target.name}"`
    : `a schema of "${target.name}"`
  const list = known.length === 0 ? '' : `its schemas: ${known.slice(0, 10).join(', ')}`
  return [
    errorDiagnostic({
      code: 'unknown-schema',
      message: `expected ${expected}, found "${schema}"`,
      hint: nearest === undefined ? list : `did you mean "${nearest}"?`,
    }),
  ]
}

/** Without those of the database itself. */
async function schemasOf(adapter: Adapter): Promise<readonly string[]> {
  const rows = await adapter.readOnly({}, (session) =>
    session.query(`select distinct cast(schema_name as text) as name
from information_schema.schemata
where schema_name not in ('information_schema', 'pg_catalog', 'pg_toast', '_assay')
and schema_name not like 'pg\\_%'
order by 1`),
  )
  return rows.map((row) => textCell(row, 'name'))
}
