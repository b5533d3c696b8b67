/** `lint`: what in the SQL of the selected models breaks the promise. Needs no database. */
import type { UniqueId } from '../../core/node.ts'
import { lintProject } from '../../understand/lint/lint-project.ts'
import { loadSelection } from '../load-selection.ts'
import type { Outcome, Surroundings } from '../surroundings.ts'
import type { LintOptions, LintValue } from '../use-cases.ts'

/** Findings are errors here; everywhere else they are warnings. */
export async function lint(
  options: LintOptions,
  surroundings: Surroundings,
): Promise<Outcome<LintValue>> {
  const begun = await loadSelection(options, surroundings)
  if (!begun.ok) return { kind: 'invalid', diagnostics: begun.diagnostics }
  const { loaded, ids } = begun.value
  const { manifest } = loaded
  const findings = lintProject(manifest, ids).map(({ node, diagnostic }) => {
    return { model: node.name, diagnostic: { ...diagnostic, severity: 'error' } as const }
  })
  const isModel = (id: UniqueId) => manifest.nodes.get(id)?.resourceType === 'model'
  const value = { findings, models: [...ids].filter(isModel).length }
  return { kind: 'done', exitCode: findings.length > 0 ? 1 : 0, value }
}
