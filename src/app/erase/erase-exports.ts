/** Exports of tables that hold the columns, and of all that reads them, made anew where they lie: the ledger knows the flags. */
import { stat } from 'node:fs/promises'
import { readStandingExports, type StandingExport } from '../../ledger/exports.ts'
import { removeOtherVersions } from '../../serve/export/files/place-export.ts'
import { exportRelations } from '../export/export.ts'
import { readOptions } from '../export/recorded-options.ts'
import type { EraseContext } from './erase-context.ts'

/** Also of what has none of the columns and reads what has: it may name a person otherwise. Files that are gone are none. */
export async function findExports(context: EraseContext): Promise<readonly StandingExport[]> {
  const { adapter, places, loaded } = context
  const ids = new Set<string>(
    places.flatMap(({ owner }) =>
      'node' in owner
        ? [owner.node.uniqueId, ...loaded.graph.descendants(owner.node.uniqueId)]
        : [],
    ),
  )
  const standing = await adapter.session({}, (session) => readStandingExports(session))
  const found: StandingExport[] = []
  for (const each of standing) {
    // Tables that others exported to this database are found among its tables.
    const isOurs = each.kind !== 'table' || each.location.startsWith('target:')
    if (!isOurs || !ids.has(each.uniqueId)) continue
    const isThere = each.kind === 'table' || (await stat(each.location).catch(() => undefined))
    if (isThere) found.push(each)
  }
  return found
}

/** Gives where it could not be done, and why. */
export async function redoExports(
  { options, surroundings }: EraseContext,
  exports: readonly StandingExport[],
): Promise<readonly string[]> {
  const left: string[] = []
  for (const { location, kind, options: recorded } of exports) {
    const { by: _by, value: _value, isMeant: _isMeant, wait: _wait, ...project } = options
    const asked = recorded === undefined ? undefined : readOptions(recorded, project)
    if (asked === undefined) {
      left.push(`${location}: exported before its flags were recorded; export it again`)
      continue
    }
    const quiet = { ...surroundings, emit: () => {} }
    const outcome = await exportRelations(asked, quiet)
    if (outcome.kind === 'invalid') {
      left.push(`${location}: ${outcome.diagnostics[0]?.message ?? 'not exported'}`)
    } else if (outcome.exitCode !== 0 || outcome.value.exports.length === 0) {
      left.push(`${location}: could not be exported again`)
    } else if (kind === 'folder') await removeOtherVersions(location)
  }
  return left
}
