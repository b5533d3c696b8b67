/** A model whose rows are in a file: made as a table, tested, written beside the old file and put in its place, with a view on it. */
import type { ExternalFile } from '../../../core/node/external-file.ts'
import { success } from '../../../core/result.ts'
import { checkContract } from '../contracts/create-table.ts'
import type { PublishUnit } from '../publish-unit.ts'
import {
  candidateOf,
  fingerprintOf,
  type MaterializationInput,
  wrapped,
} from './materialization.ts'

export function planExternal(input: MaterializationInput, file: ExternalFile): PublishUnit {
  const { relation, compiled, buildFrom, dialect, existing } = input
  const candidate = candidateOf(relation)
  const create = wrapped(buildFrom, dialect.createTableAs(candidate, buildFrom.sql), {
    purpose: 'build',
    countsRows: true,
  })
  return {
    action: existing === undefined ? 'create file' : 'replace file',
    because: existing === undefined ? 'first build' : 'a file is written in every run',
    candidate,
    build: [...checkContract(input), create],
    checks: undefined,
    effect: 'rewrite',
    touchedKeys: () => undefined,
    isPublishedLast: true,
    testsRun: 'before-publish',
    publish: () => success([{ kind: 'file', candidate, target: relation, file }]),
    fingerprint: fingerprintOf(['external', JSON.stringify(file), compiled.sql]),
  }
}
