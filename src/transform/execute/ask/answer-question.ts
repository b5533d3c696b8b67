/** One question of a template to what the database says, as a value of the template language. */
import type { Column } from '../../../core/relation.ts'
import { type Relation, relationKey } from '../../../core/relation.ts'
import type { SqlValue, Table } from '../../../core/adapter.ts'
import { adviceOf } from '../../../core/database/database-errors.ts'
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import type { Node } from '../../../core/node.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import type { TemplateValue } from '../../../project/template/template.ts'
import { type Asked, standInNames, standInRelation } from '../../plan/compile/questions.ts'
import type { CodedNode, CompileContext } from '../../plan/compile/compile-context.ts'
import { outlineSql } from '../../plan/sql/sql-text.ts'
import { inputsOf } from '../publish/node-inputs.ts'
import type { Asker } from './asker.ts'

export interface Asking {
  readonly context: CompileContext
  readonly asker: Asker
  readonly node: CodedNode
}

const mostRows = 100_000

/** Rethrows what another try may mend. */
export async function answerQuestion(asking: Asking, asked: Asked): Promise<Result<TemplateValue>> {
  switch (asked.kind) {
    case 'query': {
      const table = await askQuery(asking, asked)
      if (!table.ok) return table
      if (table.value.rows.length <= mostRows) return success(rowsOf(table.value))
      const message = `expected at most ${mostRows} rows for a template, found ${table.value.rows.length}`
      return failure([faultAt(asked, { code: 'database-error', message })])
    }
    case 'shape': {
      const table = await askQuery(asking, asked)
      return table.ok ? success(columnsOf(table.value.columns)) : table
    }
    case 'columns': {
      const state = await describe(asking, asked.relation)
      if (state !== undefined) return success(columnsOf(state.columns))
      if (isOwn(asking.node, asked.relation)) return success([])
      return failure([notBuilt(asking, asked, asked.relation)])
    }
    case 'exists':
      return success((await describe(asking, asked.relation)) !== undefined)
  }
}

async function describe({ asker, context }: Asking, relation: Relation) {
  const { standIns, session } = asker
  return await session.describe(standInRelation({ ...context, standIns }, relation))
}

function isOwn(node: Node, relation: Relation): boolean {
  return 'relation' in node && relationKey(node.relation) === relationKey(relation)
}

type AskedQuery = Extract<Asked, { readonly sql: string }>

async function askQuery(asking: Asking, asked: AskedQuery): Promise<Result<Table>> {
  const { context, asker } = asking
  const { start, end, semicolons } = outlineSql(asked.sql)
  if (start < 0 || semicolons.some((offset) => offset < end)) {
    const found = start < 0 ? 'nothing' : 'a second statement behind ";"'
    const message = `expected one query to ask, found ${found}`
    const hint = start < 0 ? 'write its SELECT' : 'ask each by a query of its own'
    return failure([faultAt(asked, { code: 'several-statements', message, hint })])
  }
  const missing = await missingInput(asking, asked.sql)
  if (missing !== undefined) return failure([notBuilt(asking, asked, missing)])
  const { standIns } = asker
  try {
    return success(
      await asker.session.ask(standInNames({ ...context, standIns }, asked.sql.slice(0, end))),
    )
  } catch (error) {
    const fault = asker.explainError(error)
    if (fault.retryable) throw error
    const { message, missingColumn } = fault
    const said = faultAt(asked, { code: 'database-error', message, hint: adviceOf(fault) })
    const isAsked = fault.hint === undefined && missingColumn !== undefined
    return failure([isAsked ? { ...said, missingColumn } : said])
  }
}

/** The first of the node's inputs that the query names and that is not there. */
async function missingInput(asking: Asking, sql: string): Promise<Relation | undefined> {
  const { context, node } = asking
  const own = 'relation' in node ? [node.relation] : []
  for (const relation of [...inputsOf(context.manifest, [node]), ...own]) {
    if (!sql.includes(context.dialect.relation(relation))) continue
    if ((await describe(asking, relation)) === undefined) return relation
  }
  return undefined
}

function notBuilt({ context, node }: Asking, asked: Asked, relation: Relation): Diagnostic {
  const key = relationKey(relation)
  const missing = [...context.manifest.nodes.values()].find(
    (each) => 'relation' in each && relationKey(each.relation) === key,
  )
  const title = missing?.resourceType === 'source' ? key : (missing?.name ?? key)
  const isSource = missing === undefined || missing.resourceType === 'source'
  return faultAt(asked, {
    code: 'not-built',
    message: `the SQL of "${node.name}" depends on "${title}", which is not ${isSource ? 'there' : 'built'} yet`,
    hint: isSource ? undefined : `assay build --select ${title}`,
  })
}

function faultAt(
  { span, related }: Asked,
  fault: Pick<Diagnostic, 'code' | 'message'> & { readonly hint?: string | undefined },
): Diagnostic {
  return errorDiagnostic({ ...fault, span, ...(related.length === 0 ? {} : { related }) })
}

function rowsOf({ columns, rows }: Table): TemplateValue {
  return rows.map((row) =>
    Object.fromEntries(
      columns.map(({ name }, index): [string, SqlValue] => [name, row[index] ?? null]),
    ),
  )
}

function columnsOf(columns: readonly Column[]): TemplateValue {
  return columns.map(({ name, dataType }) => ({ name, data_type: dataType }))
}
