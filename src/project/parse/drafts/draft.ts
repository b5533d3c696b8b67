/** A node before its references are resolved: all but `dependsOn`, with what its template was found to use. */
import type { SourceSpan } from '../../../core/diagnostic.ts'
import type { AnalysisNode, BuiltNode, SourceNode, TestNode } from '../../../core/node.ts'
import type { ExposureNode } from '../../../core/node/exposure.ts'
import type { UnitTestNode } from '../../../core/node/unit-test.ts'
import type { ConfigEntries } from '../resolve-config.ts'
import type { Reference, TemplateFacts } from '../../template/template.ts'

type WithoutDependencies<N> = N extends unknown ? Omit<N, 'dependsOn'> : never

export type DraftNode = WithoutDependencies<
  BuiltNode | SourceNode | TestNode | UnitTestNode | AnalysisNode | ExposureNode
>

export interface Draft<N extends DraftNode = DraftNode> {
  readonly node: N
  readonly facts: TemplateFacts
  /** What its hooks refer to; they are not among its facts' references. Left out: nothing. */
  readonly hookReferences?: readonly Reference[]
  /** What the foreign keys of its contract point to, in their order. Left out: nothing. */
  readonly keyReferences?: readonly Reference[]
  /** Where the first constraint of a model is written; left out: it has none. */
  readonly constraintSpan?: SourceSpan
  readonly config: ConfigEntries
  readonly isEnabled: boolean
}

export const noFacts: TemplateFacts = {
  references: [],
  cursorReads: [],
  config: {},
  varsUsed: [],
  envUsed: [],
  macrosUsed: [],
  dependsOnDatabase: false,
  asksIncremental: false,
  isStable: true,
}
