/** Warnings for keys and configs that this version accepts and does nothing with, each place once. */
import { type Diagnostic, warningDiagnostic } from '../../core/diagnostic.ts'
import type { NotApplied } from '../read/config-entry.ts'
import type { Project } from '../read/project.ts'
import type { Draft } from './drafts/draft.ts'

/** Configs that would change what is built or checked; what only describes a node is not among them. */
export const laterConfigs: ReadonlySet<string> = new Set([
  'database',
  'quote',
  'quoting',
  'freshness',
  'target_database',
])

/** Of sources they are applied. */
export const appliedToSources: ReadonlySet<string> = new Set(['freshness', 'quoting'])

export function notAppliedWarnings(
  projects: readonly Project[],
  drafts: readonly Draft[],
): readonly Diagnostic[] {
  const found: readonly NotApplied[] = [
    ...projects.flatMap((project) => [
      ...project.notApplied,
      ...project.properties.flatMap((file) => file.notApplied),
    ]),
    ...drafts.flatMap(({ config, node }) =>
      Object.entries(config).flatMap(([key, entry]) =>
        laterConfigs.has(key) && !(node.resourceType === 'source' && appliedToSources.has(key))
          ? [{ key, span: entry.span }]
          : [],
      ),
    ),
  ]
  const byPlace = new Map(
    found.map((entry) => [`${entry.span.path}:${entry.span.line}:${entry.span.column}`, entry]),
  )
  return [...byPlace.values()].map(({ key, span, alwaysIs, instead }) => {
    if (instead !== undefined) {
      const message = `expected no file "${key}", found one, which is not read`
      return warningDiagnostic({ code: 'not-applied', message, span, hint: instead })
    }
    return warningDiagnostic({
      code: 'not-applied',
      message:
        alwaysIs === undefined
          ? `expected a key that this version applies, found "${key}", which does nothing yet`
          : `expected ${alwaysIs} for "${key}", found another value, which does nothing`,
      span,
      hint: alwaysIs === undefined ? undefined : `it is always ${alwaysIs} here`,
    })
  })
}
