/** What is refused before anything is built: rows that nobody can make again would be lost. */
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import type { InputLimit } from '../../../core/time/event-window.ts'
import { configSpan } from '../../../core/node/config-places.ts'
import type { ModelNode } from '../../../core/node.ts'

export function isProtected({ materialization }: ModelNode): boolean {
  return materialization.name === 'incremental' && materialization.fullRefresh === false
}

/** What must not be made anew cannot be made right by making it anew. */
export function noRebuild(node: ModelNode, reason: string): Diagnostic {
  return errorDiagnostic({
    code: 'protected-rows',
    message: `expected to go on from where "${node.name}" stood, found that it would have to be rebuilt whole: ${reason}`,
    span: configSpan(node, 'full_refresh'),
    hint: 'its config says full_refresh: false; take that away for one run to rebuild it',
  })
}

/** A part of the rows would take the place of rows that nobody can make again. */
export function noSample(node: ModelNode, { title }: InputLimit): Diagnostic {
  return errorDiagnostic({
    code: 'protected-rows',
    message: `expected "${node.name}" to be given all of its inputs, found ${title}, and its rows are not to be made again`,
    span: configSpan(node, 'full_refresh'),
    hint: `its config says full_refresh: false; leave it out with --exclude ${node.name}, or build in another schema`,
  })
}

export function noBackfill(node: ModelNode, reason: string | undefined): Diagnostic {
  return errorDiagnostic({
    code: 'invalid-value',
    message: `expected a table to backfill, found one that is rebuilt whole: ${reason ?? 'a full refresh was asked for'}`,
    span: node.span,
    hint: 'leave out --backfill',
  })
}
