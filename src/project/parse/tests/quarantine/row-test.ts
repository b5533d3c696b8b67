/** A data test to whether its rows can be set aside: it must be a condition on one row of the model, and nothing more. */
import { isReferable, type Node, type TestNode, type UniqueId } from '../../../../core/node.ts'
import type { Relation } from '../../../../core/relation.ts'
import { asksOthers, readRowCondition } from '../../../sql/read-test-shape.ts'
import { findVolatileUses } from '../../../sql/volatile-functions.ts'
import { renderTestCall } from '../../../template/render.ts'
import type { RenderState, TemplateEnvironment, TemplateFacts } from '../../../template/template.ts'
import { type NodeNames, referencedId } from '../../manifest.ts'
import { argumentReference } from '../test-arguments.ts'
import { withArticle } from '../../../../core/with-article.ts'

export interface RowTestContext {
  /** By package. */
  readonly environments: ReadonlyMap<string, TemplateEnvironment>
  readonly names: NodeNames
  readonly nodes: ReadonlyMap<UniqueId, Node>
}

export interface AskedRowTest {
  readonly test: TestNode
  readonly facts: TemplateFacts
  /** Rows stay from run to run, so a condition must say the same of a row for ever. */
  readonly keepsRows: boolean
}

/** Why its rows cannot be set aside. */
export interface NoRowTest {
  /** Of its config, or of its query. */
  readonly kind: 'config' | 'query'
  /** As `found ..` goes on. */
  readonly found: string
}

/** undefined: they can. */
export function whyNoRowTest(context: RowTestContext, asked: AskedRowTest): NoRowTest | undefined {
  const config = configInTheWay(asked.test)
  if (config !== undefined) return { kind: 'config', found: config }
  const query = queryInTheWay(context, asked)
  return query === undefined ? undefined : { kind: 'query', found: query }
}

function configInTheWay({ severity, limit, failCalc, warnIf, errorIf }: TestNode) {
  if (severity !== 'error') return 'severity "warn"'
  if (limit !== undefined) return '"limit"'
  if (failCalc !== 'count(*)') return '"fail_calc"'
  if (warnIf !== '!= 0') return '"warn_if"'
  return errorIf === '!= 0' ? undefined : '"error_if"'
}

function queryInTheWay(context: RowTestContext, asked: AskedRowTest): string | undefined {
  const { test, facts } = asked
  if (test.variant.kind !== 'generic') return 'a singular test'
  if (facts.dependsOnDatabase) return 'a test that asks the database'
  if (!facts.isStable) return 'a test that prints the time or id of the run'
  const { sql, others } = rowsOf(context, test)
  const own = test.variant.attachedTo
  const shape = sql === undefined ? undefined : readRowCondition(sql, ownRows.identifier)
  if (shape === undefined) return `"${test.variant.testName}", which is none`
  const isEphemeral = others.some((id) => isInlined(context.nodes.get(id)))
  if (isEphemeral) return 'a test that reads an ephemeral model'
  if (shape.includes(ownRows.identifier) || others.includes(own)) {
    return 'a test that looks at other rows of the model'
  }
  const later = test.dependsOn.find((id) => id !== own && isMadeFrom(context.nodes, id, own))
  if (later !== undefined) {
    return `one that reads "${context.nodes.get(later)?.name ?? later}", which is made from the model`
  }
  const condition = test.variant.where === undefined ? shape : `${shape} ${test.variant.where}`
  return unsteady(condition, asked)
}

function unsteady(condition: string, { keepsRows }: AskedRowTest): string | undefined {
  const volatile = findVolatileUses(condition).find(
    (use) => keepsRows || use.function.volatility !== 'clock',
  )
  if (volatile !== undefined) return `"${volatile.function.name}", which says another thing later`
  return keepsRows && asksOthers({ condition })
    ? 'another table in the condition, whose rows may come later'
    : undefined
}

function isMadeFrom(nodes: RowTestContext['nodes'], from: UniqueId, wanted: UniqueId): boolean {
  const seen = new Set<UniqueId>()
  const left = [from]
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    if (id === wanted) return true
    if (seen.has(id)) continue
    seen.add(id)
    left.push(...(nodes.get(id)?.dependsOn ?? []))
  }
  return false
}

function isInlined(node: Node | undefined): boolean {
  return node?.resourceType === 'model' && node.materialization.name === 'ephemeral'
}

/** What stands for the rows of the model: no identifier of anybody's. */
const ownRows: Relation = { schema: '', identifier: '__assay_tested_rows' }
const otherRows: Relation = { schema: '', identifier: '__assay_other_rows' }

interface Rendering {
  /** undefined: it cannot be rendered without the database. */
  readonly sql: string | undefined
  /** What it reads beside the model. */
  readonly others: readonly UniqueId[]
}

function rowsOf({ environments, names }: RowTestContext, test: TestNode): Rendering {
  const { code } = test
  const environment = environments.get(test.packageName)
  if (code.kind !== 'test-call' || environment === undefined) return { sql: undefined, others: [] }
  const others: UniqueId[] = []
  const resolve: RenderState['resolve'] = (reference) => {
    const id = referencedId(names, reference, test.packageName)
    if (id !== undefined) others.push(id)
    return { kind: 'relation', text: quoted(otherRows), relation: otherRows, reference }
  }
  const given = Object.entries(code.arguments).map(([key, value]) => {
    const reference = argumentReference(key, value, test.span)
    return [key, reference === undefined ? value : resolve(reference)] as const
  })
  const model = { kind: 'relation', text: quoted(ownRows), relation: ownRows } as const
  const rendered = renderTestCall(
    {
      testName: code.testName,
      arguments: { ...Object.fromEntries(given), model },
      span: test.span,
    },
    {
      environment,
      state: {
        this: undefined,
        isIncremental: false,
        invocationId: '',
        runStartedAt: '',
        resolve,
        cursorQuery: () => quoted(otherRows),
      },
    },
  )
  return { sql: rendered.kind === 'sql' ? rendered.sql : undefined, others }
}

function quoted({ identifier }: Relation): string {
  return `"${identifier}"`
}

/** What a test is attached to, as a message calls it; undefined: a model whose rows can be set aside. */
export function whyNoTable(node: Node): string | undefined {
  if (node.resourceType !== 'model') {
    return isReferable(node) || node.resourceType === 'source'
      ? withArticle(node.resourceType)
      : 'none'
  }
  const { materialization } = node
  switch (materialization.name) {
    case 'table':
      return undefined
    case 'view':
    case 'ephemeral':
    case 'scd2':
    case 'materialized_view':
    case 'external':
      return `one materialized as "${materialization.name}"`
    case 'incremental':
      if (materialization.strategy === 'custom') return 'a strategy of your own'
      if (materialization.strategy === 'microbatch') return 'a microbatch model'
      return materialization.strategy === 'merge' && materialization.update.kind !== 'all'
        ? 'one that merges some of its columns'
        : undefined
  }
}
