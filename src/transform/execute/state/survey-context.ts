/** What finding out the state of a node is told, and whom it may ask. */
import type { Diagnostic } from '../../../core/diagnostic.ts'
import type { Dialect } from '../../../core/dialect.ts'
import type { Publication } from '../../../ledger/runs/node-runs.ts'
import type { Manifest } from '../../../project/parse/manifest.ts'
import type { Asker } from '../ask/asker.ts'
import type { RememberedCode } from './remembered-code.ts'
import type { DataVersion } from '../../plan/state/data-version.ts'

export interface SurveyContext {
  readonly manifest: Manifest
  readonly dialect: Dialect
  /** By `relationKey`, as of now. */
  readonly publications: ReadonlyMap<string, Publication>
  /** Versions that hold until the end of the run: of what it has published, and of what others write. */
  readonly versions: Map<string, DataVersion>
  /** Left out: every node is rendered. */
  readonly remembered?: RememberedCode | undefined
  /** Left out: a template that asks the database is taken as it is written. */
  readonly ask?: SurveyAsker
}

export interface SurveyAsker extends Omit<Asker, 'session' | 'isAllowed'> {
  /** Called when a question could not be answered. */
  onFault(diagnostics: readonly Diagnostic[]): void
}
