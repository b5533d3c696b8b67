/** `same-sql.ts <project> <database file>`: the SQL of all models as assay ran it, as plain statements of DuckDB in one process. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'

interface ManifestNode {
  readonly unique_id: string
  readonly resource_type: string
  readonly name: string
  readonly schema: string
  readonly alias: string
  readonly original_file_path: string
  readonly config: { readonly materialized: string; readonly enabled: boolean }
  readonly depends_on: { readonly nodes: readonly string[] }
}

const [project = '.', path = ''] = process.argv.slice(2)
const manifest: {
  readonly metadata: { readonly project_name: string }
  readonly nodes: Readonly<Record<string, ManifestNode>>
} = JSON.parse(readFileSync(join(project, 'target', 'manifest.json'), 'utf8'))

/** What a model reads comes before it. */
function inOrder(): readonly ManifestNode[] {
  const ordered = new Set<ManifestNode>()
  const visit = (node: ManifestNode | undefined): void => {
    if (node?.resource_type !== 'model' || ordered.has(node)) return
    for (const id of node.depends_on.nodes) visit(manifest.nodes[id])
    ordered.add(node)
  }
  for (const node of Object.values(manifest.nodes)) visit(node)
  return [...ordered]
}

/** A history is made by statements of assay's own around those of the model: they are run as they ran, without checks. */
function statementsOf(node: ManifestNode): readonly string[] {
  const { original_file_path: file, config, schema, alias } = node
  const isHistory = config.materialized === 'scd2'
  const folder = join(
    project,
    'target',
    isHistory ? 'run' : 'compiled',
    manifest.metadata.project_name,
  )
  const text = readFileSync(join(folder, file), 'utf8')
  if (isHistory) return text.split(/;\n\n/).filter((each) => /^(?:create|drop|alter)/.test(each))
  const kind = config.materialized === 'view' ? 'view' : 'table'
  return [`create ${kind} "${schema}"."${alias}" as ${text}`]
}

const instance = await DuckDBInstance.create(path)
const connection = await instance.connect()
await connection.run("set timezone = 'UTC'")
for (const schema of new Set(inOrder().map((node) => node.schema))) {
  await connection.run(`create schema if not exists "${schema}"`)
}
for (const node of inOrder()) {
  for (const statement of statementsOf(node)) await connection.run(statement)
}
connection.closeSync()
instance.closeSync()
