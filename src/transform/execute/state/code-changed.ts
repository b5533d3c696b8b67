/** An incremental model whose code changed: what is there was made by other code, and stays until a full refresh. */
import { type Diagnostic, warningDiagnostic } from '../../../core/diagnostic.ts'
import type { BuiltNode } from '../../../core/node.ts'
import type { PublishUnit } from '../../plan/publish-unit.ts'
import { type Change, describeChange } from '../../plan/state/changes.ts'
import { type Components, readComponents } from '../../plan/state/components.ts'
import type { Prepared } from '../prepare-node.ts'
import type { NodeSurvey } from './reuse-node.ts'

/** In plain words, for `plan`; undefined: the rows that are there would be made again as they are. */
export function describeOldRows(
  { effect }: PublishUnit,
  changes: readonly Change[],
): string | undefined {
  const kinds = new Set<Change['kind']>(['code-changed', 'canonicaliser-changed'])
  const found = changes.filter(({ kind }) => kinds.has(kind))
  if (effect !== 'batch' || found.length === 0) return undefined
  return `${found.map(describeChange).join('; ')}: rows that are there keep their old meaning until --full-refresh`
}

/** Until a full refresh the record is that of the code which made the rows that are there, and of what they were made from. */
export function recordedComponents(
  { unit, limit, isIdle }: Pick<Prepared, 'unit' | 'limit' | 'isIdle'>,
  { last, components, changes }: NodeSurvey,
): Components {
  const before = readComponents(last?.components)
  if (isIdle && before !== undefined) return { ...before, limit }
  const now = { ...components, limit }
  if (before === undefined || describeOldRows(unit, changes) === undefined) return now
  const { codeKind, canonicaliser, code, exact, codeVersion } = before
  return { ...now, codeKind, canonicaliser, code, exact, codeVersion }
}

export function codeChangedWarning(
  node: BuiltNode,
  unit: PublishUnit,
  changes: readonly Change[],
): Diagnostic | undefined {
  const found = describeOldRows(unit, changes)
  if (found === undefined) return undefined
  return warningDiagnostic({
    code: 'code-changed',
    message: `expected the code that made the rows of "${node.name}", found that ${found}`,
    span: node.span,
    hint: `assay build --full-refresh --select ${node.name}+`,
  })
}
