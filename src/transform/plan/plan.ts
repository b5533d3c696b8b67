/** What a command will do, as data: which nodes are published, by which tests decided, in which order. */
import type { BuiltNode, TestNode, UniqueId } from '../../core/node.ts'
import type { ExposureNode } from '../../core/node/exposure.ts'
import type { UnitTestNode } from '../../core/node/unit-test.ts'

export type BuildCommand = 'build' | 'run' | 'test' | 'seed' | 'snapshot' | 'clone'

export interface Plan {
  readonly command: BuildCommand
  readonly isFullRefresh: boolean
  /** In an order in which they could run one by one. */
  readonly steps: readonly PlanStep[]
  /** Selected for `build` and nothing to be built: results say so, as dbt's do. */
  readonly exposures: readonly ExposureNode[]
}

interface StepBase {
  /** Skipped when one of these failed or was skipped. */
  readonly needs: readonly UniqueId[]
  /** Must have ended, however it ended. */
  readonly after: readonly UniqueId[]
}

export type PlanStep =
  | (StepBase & {
      readonly kind: 'publish'
      readonly node: BuiltNode
      /** Run in the node's transaction: a failing one rolls it back. */
      readonly blockingTests: readonly BlockingTest[]
    })
  | (StepBase & { readonly kind: 'test'; readonly node: TestNode })
  | (StepBase & { readonly kind: 'unit_test'; readonly node: UnitTestNode })

export interface BlockingTest {
  readonly node: TestNode
  /** Other nodes of this run that it looks at: skipped when one of these failed or was skipped. */
  readonly needs: readonly UniqueId[]
}

/** Its node, and the tests that decide it. */
export function nodesOfStep(step: PlanStep): readonly PlanStep['node'][] {
  return step.kind === 'publish'
    ? [step.node, ...step.blockingTests.map(({ node }) => node)]
    : [step.node]
}

export function stepCount(plan: Plan): number {
  return plan.steps.reduce((sum, step) => sum + nodesOfStep(step).length, 0)
}
