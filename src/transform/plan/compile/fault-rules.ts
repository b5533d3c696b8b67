/** The tests that a model sets rows aside by, each as a condition on one row. */
import type { ModelNode, SnapshotNode, TestNode } from '../../../core/node.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import { readRowCondition } from '../../../project/sql/read-test-shape.ts'
import type { CompileContext } from './compile-context.ts'
import { compileNode } from '../compile-node.ts'

export interface FaultRule {
  /** Of the test. */
  readonly name: string
  /** True of a row that the test finds at fault. */
  readonly condition: string
}

/** In the order of the tests' names. What they read stands where `context` says. */
export function faultRules(context: CompileContext, node: ModelNode): Result<readonly FaultRule[]> {
  const rules: FaultRule[] = []
  for (const id of node.quarantine?.tests ?? []) {
    const test = context.manifest.nodes.get(id)
    if (test?.resourceType !== 'test') throw new Error(`${node.uniqueId} is not tested by ${id}`)
    const compiled = compileNode(context, withoutWhere(test))
    if (!compiled.ok) return failure(compiled.diagnostics)
    const { identifier } = context.standIns.get(node.uniqueId) ?? node.relation
    const condition = readRowCondition(compiled.value.sql, identifier)
    if (condition === undefined) throw new Error(`parse let ${id} pass`)
    const where = whereOf(test)
    const whole = where === undefined ? condition : `(${where}) and (${condition})`
    rules.push({ name: test.name, condition: whole })
  }
  return success(rules.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
}

/** A query for each: what of them decides which rows are published. */
export function faultTexts(
  context: CompileContext,
  node: ModelNode | SnapshotNode,
): readonly string[] {
  if (node.resourceType !== 'model' || node.quarantine === undefined) return []
  const { dialect } = context
  const rules = faultRules(context, node)
  return (rules.ok ? rules.value : []).map(
    ({ name, condition }) =>
      `select ${dialect.literal(name)} as reason\nfrom ${dialect.relation(node.relation)} as tested\nwhere ${condition}`,
  )
}

function whereOf({ variant }: TestNode): string | undefined {
  return variant.kind === 'generic' ? variant.where : undefined
}

/** The filter would be a query around the table: here it is a part of the condition. */
function withoutWhere(test: TestNode): TestNode {
  if (test.variant.kind !== 'generic') return test
  const { where: _, ...variant } = test.variant
  return { ...test, variant }
}
