/** An incremental model whose code changed: what is there was made by other code, and stays until a full refresh. */
import { type Diagnostic, warningDiagnostic } from '../../../core/diagnostic.ts'
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts'
import type { BuiltNode } from '../../../core/node.ts'
import type { PublishUnit } from '../../plan/publish-unit.ts'
import { type Change, describeChange } from '../../plan/state/changes.ts'
import { contractKey } from '../../plan/contracts/table-contract.ts'
import { type Components, readComponents } from '../../plan/state/components.ts'
import type { Prepared } from '../prepare/prepare-context.ts'
import { stableText } from '../../plan/state/stable-hash.ts'
import type { NodeSurvey } from './reuse-node.ts'

const ofCode: ReadonlySet<Change['kind']> = new Set(['code-changed', 'canonicaliser-changed'])

function isOfCode(changes: readonly Change[]): boolean {
  return changes.some(({ kind }) => ofCode.has(kind))
}

/** In plain words, for `plan`; undefined: the rows that are there would be made again as they are. */
export function describeOldRows(
  { effect, action }: Pick<PublishUnit, 'effect' | 'action'>,
  changes: readonly Change[],
): string | undefined {
  const found = changes.filter(({ kind }) => ofCode.has(kind))
  // A backfill makes some of the rows anew, whatever its readers have to do.
  if (effect !== 'batch' && action !== 'backfill') return undefined
  if (found.length > 0) {
    return `${found.map(describeChange).join('; ')}: rows that are there keep their old meaning until --full-refresh`
  }
  return haveConstraintsChanged(changes)
    ? 'the constraints of its contract changed: its table keeps those it has until --full-refresh'
    : undefined
}

function haveConstraintsChanged(changes: readonly Change[]): boolean {
  const constraintsOf = (record: Json | undefined) =>
    stableText((isJsonObject(record) ? record['constraints'] : undefined) ?? [])
  return changes.some(
    (change) =>
      change.kind === 'config-changed' &&
      change.keys.some(
        ({ key, before, after }) =>
          key === contractKey && constraintsOf(before) !== constraintsOf(after),
      ),
  )
}

/** Until a full refresh the record is that of the code which made the rows that are there, of what they were made from, and of the constraints that the table has. */
export function recordedComponents(
  { unit, limit, isIdle }: Pick<Prepared, 'unit' | 'limit' | 'isIdle'>,
  { last, components, changes }: NodeSurvey,
): Components {
  const before = readComponents(last?.components)
  if (isIdle && before !== undefined) return { ...before, limit }
  const now = { ...components, limit }
  if (before === undefined || describeOldRows(unit, changes) === undefined) return now
  const { codeKind, canonicaliser, code, exact, codeVersion } = before
  const config = haveConstraintsChanged(changes)
    ? withContractOf(components.config, before.config)
    : components.config
  return { ...now, codeKind, canonicaliser, code, exact, codeVersion, config }
}

function withContractOf(config: JsonObject, before: JsonObject): JsonObject {
  const entries = Object.entries(config).filter(([key]) => key !== contractKey)
  const record = before[contractKey]
  return Object.fromEntries(record === undefined ? entries : [...entries, [contractKey, record]])
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
    message: `expected the ${isOfCode(changes) ? 'code that made the rows' : 'constraints that are on the table'} of "${node.name}", found that ${found}`,
    span: node.span,
    hint: `assay build --full-refresh --select ${node.name}+`,
  })
}
