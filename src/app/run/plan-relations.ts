/** The relations that a Plan writes, and the schemas that they need. */
import type { UniqueId } from '../../core/node.ts'
import type { Relation } from '../../core/relation.ts'
import { isStored } from '../../transform/execute/data-tests/failing-rows.ts'
import type { Plan } from '../../transform/plan/plan.ts'

export function relationsOf(plan: Plan): readonly Relation[] {
  return plan.steps.flatMap((step) => (step.kind === 'publish' ? [step.node.relation] : []))
}

export function publishedBy(plan: Plan): ReadonlySet<UniqueId> {
  return new Set(
    plan.steps.flatMap(({ kind, node }) => (kind === 'publish' ? [node.uniqueId] : [])),
  )
}

/** Where failing rows of tests will be kept. */
export function storedRelations(plan: Plan, storesFailures: boolean): readonly Relation[] {
  const tests = plan.steps.flatMap((step) => {
    if (step.kind === 'test') return [step.node]
    return step.kind === 'publish' ? step.blockingTests.map(({ node }) => node) : []
  })
  return tests
    .filter((node) => isStored({ storesFailures }, node))
    .map(({ storedFailures }) => storedFailures.relation)
}
