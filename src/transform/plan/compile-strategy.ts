/** The macro of a strategy of the project's own to the statements that write a batch. */
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import { configSpan } from '../../core/node/config-places.ts'
import { isInlined, type ModelNode } from '../../core/node.ts'
import type { Column, Relation } from '../../core/relation.ts'
import { failure, type Result, success } from '../../core/result.ts'
import { environmentOf } from '../../project/parse/manifest.ts'
import { renderNamedCall } from '../../project/template/render.ts'
import { locate } from '../../project/template/segment-map.ts'
import type { Rendered, TemplateValue } from '../../project/template/template.ts'
import { refusedQuestion } from './compile/questions.ts'
import type { CompileContext } from './compile/compile-context.ts'
import { type Place, standingRelation } from './compile/relation-text.ts'
import { renderState } from './compile-node.ts'
import {
  controlsTransaction,
  type MappedStatement,
  splitStatements,
} from './compile/split-statements.ts'
import type { Step } from './publish-unit.ts'

export interface StrategyArguments {
  /** As the config names the strategy. */
  readonly title: string
  readonly macro: string
  readonly uniqueKey: readonly string[]
  readonly predicates: readonly string[]
  readonly batch: Relation
  /** That rows of the batch are written to. */
  readonly columns: readonly Column[]
}

/** Under the names that dbt gives them. */
function argumentsOf(
  { dialect }: CompileContext,
  { relation }: ModelNode,
  { uniqueKey, predicates, batch, columns }: StrategyArguments,
): Readonly<Record<string, TemplateValue>> {
  const valueOf = (placed: Relation): TemplateValue => ({
    kind: 'relation',
    text: dialect.relation(placed),
    relation: placed,
  })
  return {
    target_relation: valueOf(relation),
    temp_relation: valueOf(batch),
    unique_key: uniqueKey,
    dest_columns: columns.map(({ name, dataType }) => ({
      name,
      quoted: dialect.quote(name),
      data_type: dataType,
    })),
    incremental_predicates: predicates,
  }
}

export function compileStrategy(
  context: CompileContext,
  node: ModelNode,
  call: StrategyArguments,
): Result<readonly Step[]> {
  const rendered = renderStrategy(context, node, call)
  if (rendered.kind === 'failed') return failure(rendered.diagnostics)
  if (rendered.kind === 'asks') {
    return failure([refusedQuestion(rendered.question, `the macro "${call.macro}"`)])
  }
  const statements = splitStatements(rendered)
  const refused = statements.find(({ sql }) => controlsTransaction(sql))
  if (refused !== undefined) return failure([transactionFault(call, refused)])
  return success(
    statements.map(
      ({ sql, map }): Step => ({
        kind: 'statement',
        purpose: 'publish',
        sql,
        origin: { start: 0, map },
        countsRows: false,
      }),
    ),
  )
}

/** The text of the macro, for what a node was built from; empty where it cannot be rendered. */
export function strategyText(
  context: CompileContext,
  node: ModelNode,
  call: StrategyArguments,
): string {
  const rendered = renderStrategy(context, node, call)
  return rendered.kind === 'sql' ? rendered.sql : ''
}

function renderStrategy(
  context: CompileContext,
  node: ModelNode,
  call: StrategyArguments,
): Rendered {
  const faults: Diagnostic[] = []
  const place: Place = (read) => {
    if (isInlined(read)) {
      faults.push(
        errorDiagnostic({
          code: 'invalid-value',
          message: `expected tables and views in the macro "${call.macro}", found the ephemeral model "${read.name}"`,
          span: configSpan(node, 'incremental_strategy'),
          hint: 'make it a view: a statement that writes has no place for its CTE',
        }),
      )
    }
    return standingRelation(context, read)
  }
  const rendered = renderNamedCall(
    {
      macro: call.macro,
      arguments: argumentsOf(context, node, call),
      span: configSpan(node, 'incremental_strategy'),
    },
    {
      environment: environmentOf(context.manifest, node.packageName),
      state: renderState(context, node, place),
    },
  )
  return faults.length > 0 ? { kind: 'failed', diagnostics: faults } : rendered
}

function transactionFault({ macro }: StrategyArguments, { sql, map }: MappedStatement): Diagnostic {
  const place = locate(map, 0)
  const [word = ''] = /^\w+/.exec(sql) ?? []
  return errorDiagnostic({
    code: 'transaction-control',
    message: `expected statements that write the batch in the macro "${macro}", found "${word.toLowerCase()}"`,
    span: place?.span,
    hint: 'leave it out: the batch, its tests and the ledger are committed together',
    ...(place === undefined ? {} : { related: place.related }),
  })
}
