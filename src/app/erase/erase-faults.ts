/** What keeps an erasure from being begun, or from being done. */
import { shownPath } from '../files/shown-path.ts'
import type { Adapter } from '../../core/adapter.ts'
import { type Diagnostic, errorDiagnostic, nearestName } from '../../core/diagnostic.ts'
import { JoinedWorkError } from '../../transform/execute/atomic/joined-work.ts'
import { exportFault } from '../export/export-context.ts'
import type { LoadedProject } from '../load-project.ts'
import { StillThereError } from './erase-context.ts'
import type { EraseOptions } from './erase-use-case.ts'
import { identitiesIn } from './tables/find-holders.ts'

export function faultOf(error: unknown, adapter: Adapter): Diagnostic | undefined {
  const cause = error instanceof JoinedWorkError ? error.cause : error
  if (cause instanceof StillThereError) {
    return errorDiagnostic({
      code: 'erase-failed',
      message: cause.message,
      hint: 'nothing was changed; what these read lies outside of the project: take it out there first',
    })
  }
  const fault = exportFault(cause, [adapter])
  return fault === undefined
    ? undefined
    : { ...fault, code: 'erase-failed', hint: 'what is done of it stays; run it again to go on' }
}

export function nobodyHas({ manifest }: LoadedProject, by: EraseOptions['by']): Diagnostic {
  if (by.kind === 'identity') {
    const known = identitiesIn(manifest)
    const nearest = nearestName(by.name, known)
    return errorDiagnostic({
      code: 'unknown-column',
      message: `expected columns that declare meta: {identifies: ${by.name}} in tables that are there, found none`,
      hint:
        nearest === undefined
          ? 'declare them in YAML: columns: [{name: user_id, meta: {identifies: user}}]'
          : `did you mean "${nearest}"?`,
    })
  }
  return errorDiagnostic({
    code: 'unknown-column',
    message: `expected tables with a column ${by.names.map((name) => `"${name}"`).join(' or ')}, found none`,
    hint: 'see what a table has: assay show --select <name> --limit 1',
  })
}

export function halfLoadedFault({ manifest }: LoadedProject, path: string): Diagnostic {
  return errorDiagnostic({
    code: 'erase-failed',
    message: `expected files that hold it to be loaded to their last record, found ${shownPath(manifest.project.root, path)} half loaded`,
    hint: 'load it first: assay ingest',
  })
}

export function stagedFault({ manifest }: LoadedProject, path: string): Diagnostic {
  return errorDiagnostic({
    code: 'erase-failed',
    message: `expected no batch on its way that holds it, found ${shownPath(manifest.project.root, path)}`,
    hint: 'load it first: assay ingest',
  })
}
