/** What the macro of a strategy of the project's own uses: the model that names the strategy depends on it. */
import type { Diagnostic } from '../../../core/diagnostic.ts'
import { collectNamedCall } from '../../template/collect-facts.ts'
import type { TemplateEnvironment, TemplateFacts } from '../../template/template.ts'
import type { Draft } from '../drafts/draft.ts'

const given = [
  'target_relation',
  'temp_relation',
  'unique_key',
  'dest_columns',
  'incremental_predicates',
] as const

/** The draft with them; faults are pushed. */
export function withStrategyFacts(
  draft: Draft,
  environment: TemplateEnvironment,
  faults: Diagnostic[],
): Draft {
  const { node, facts } = draft
  if (node.resourceType !== 'model' || node.materialization.name !== 'incremental') return draft
  if (node.materialization.strategy !== 'custom' || !draft.isEnabled) return draft
  const { macro } = node.materialization
  if (!environment.library.macros.has(macro)) return draft
  const span = draft.config['incremental_strategy']?.span ?? node.span
  const found = collectNamedCall({ macro, names: given, span }, environment)
  if (!found.ok) {
    faults.push(...found.diagnostics)
    return draft
  }
  const isStable = node.isStable && found.value.isStable
  return { ...draft, facts: merged(facts, found.value), node: { ...node, isStable } }
}

function merged(facts: TemplateFacts, more: TemplateFacts): TemplateFacts {
  const both = (left: readonly string[], right: readonly string[]) => [
    ...new Set([...left, ...right]),
  ]
  return {
    ...facts,
    references: [...facts.references, ...more.references],
    varsUsed: both(facts.varsUsed, more.varsUsed),
    envUsed: both(facts.envUsed, more.envUsed),
    macrosUsed: both(facts.macrosUsed, more.macrosUsed),
    dependsOnDatabase: facts.dependsOnDatabase || more.dependsOnDatabase,
    isStable: facts.isStable && more.isStable,
  }
}
