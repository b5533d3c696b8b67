/** The SQL of a node: as it is shown and recorded, and as it is built. */
import type { Session } from '../../../core/adapter.ts'
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import type { ModelNode, SnapshotNode, UniqueId } from '../../../core/node.ts'
import type { Relation } from '../../../core/relation.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import type { CompileContext, Compiled } from '../../plan/compile/compile-context.ts'
import { compileAsking } from '../ask/compile-asking.ts'
import type { PrepareContext } from './prepare-context.ts'

/** As it is shown and recorded, and as it is built over what the transaction will publish later (--atomic). */
export async function compileTexts(
  context: PrepareContext,
  session: Session,
  node: ModelNode | SnapshotNode,
  as: Pick<CompileContext, 'isIncremental' | 'reads' | 'limit'>,
): Promise<Result<{ readonly compiled: Compiled; readonly buildFrom: Compiled }>> {
  const asker = { ...context.ask, session, standIns: context.standIns }
  const compile = (standIns: ReadonlyMap<UniqueId, Relation>) =>
    compileAsking({ ...compileContextOf(context, standIns), ...as }, asker, node)
  const compiled = await compile(new Map())
  if (!compiled.ok) return compiled
  if (compiled.value.sql === '') return failure([emptyModel(node)])
  const buildFrom = context.standIns.size === 0 ? compiled : await compile(context.standIns)
  if (!buildFrom.ok) return buildFrom
  return success({ compiled: compiled.value, buildFrom: buildFrom.value })
}

/** Stand-ins replace refs in what is built, not in what is shown. */
export function compileContextOf(
  { manifest, dialect, invocationId, runStartedAt }: PrepareContext,
  standIns: ReadonlyMap<UniqueId, Relation>,
): Omit<CompileContext, 'isIncremental' | 'reads'> {
  return { manifest, dialect, invocationId, runStartedAt, standIns }
}

export function emptyModel(node: ModelNode | SnapshotNode): Diagnostic {
  return errorDiagnostic({
    code: 'empty-model',
    message: 'expected a SELECT, found nothing after rendering',
    span: node.span,
  })
}
