/** Writes a project of any number of models: chains of views, half of them with YAML and two column tests. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const settings = `name: bench
target: dev
targets:
  dev: { type: duckdb, path: target/bench.duckdb, threads: 4 }
`

/** Every tenth model is a root; the others read the one before them and, every third, the one ten before. */
export function generateProject(folder: string, models: number): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(folder, 'models'), { recursive: true })
  writeFileSync(join(folder, 'assay.yml'), settings)
  for (let index = 0; index < models; index += 1) {
    const group = join(folder, 'models', groupOf(index))
    if (index % 100 === 0) mkdirSync(group, { recursive: true })
    writeFileSync(join(group, `${nameOf(index)}.sql`), modelSql(index))
    if (index % 2 === 0) writeFileSync(join(group, `${nameOf(index)}.yml`), modelYaml(index))
  }
}

/** The folder a model lies in. */
export function groupOf(index: number): string {
  return `group_${Math.floor(index / 100)}`
}

export function nameOf(index: number): string {
  return `model_${String(index).padStart(5, '0')}`
}

function modelSql(index: number): string {
  if (index % 10 === 0) return 'select 1 as id, 10 as amount, current_date as created_at\n'
  const parent = `{{ref "${nameOf(index - 1)}"}}`
  const other = index % 3 === 0 && index > 10 ? `{{ref "${nameOf(index - 10)}"}}` : undefined
  const join = other === undefined ? '' : `left join ${other} as older\n  on older.id = newer.id\n`
  return `{{config materialized="view" tags=(list "bench" "group_${index % 7}")}}

select
  newer.id,
  newer.amount + {{var "step" 1}} as amount,
  newer.created_at
from ${parent} as newer
${join}where newer.id is not null
`
}

function modelYaml(index: number): string {
  return `models:
  - name: ${nameOf(index)}
    description: A generated model
    columns:
      - name: id
        description: The key
        data_tests: [unique, not_null]
      - name: amount
        description: How much
`
}
