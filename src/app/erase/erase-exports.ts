/** Exports of tables that hold the columns, and of all that reads them, made anew where they lie: the ledger knows the flags. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { shownPath } from '../files/shown-path.ts'
import { readStandingExports, type StandingExport } from '../../ledger/exports.ts'
import { removeOtherVersions, versionsOf } from '../../serve/export/files/place-export.ts'
import { mentions } from '../../load/erase/rewrite-lines.ts'
import { exportRelations } from '../export/export.ts'
import { readOptions } from '../export/recorded-options.ts'
import type { EraseContext } from './erase-context.ts'

export interface FoundExports {
  /** To be made anew. */
  readonly standing: readonly StandingExport[]
  /** Of nodes that the project has no more, so that nothing makes them anew: they are for people to take away. */
  readonly orphans: readonly StandingExport[]
}

/** Also of what has none of the columns and reads what has: it may name a person otherwise. Files that are gone are none. */
export async function findExports(context: EraseContext): Promise<FoundExports> {
  const { adapter, places, loaded, subject } = context
  const { nodes } = loaded.manifest
  const ids = new Set<string>(
    places.flatMap(({ owner }) =>
      'node' in owner
        ? [owner.node.uniqueId, ...loaded.graph.descendants(owner.node.uniqueId)]
        : [],
    ),
  )
  const known = new Set<string>(nodes.keys())
  const standing: StandingExport[] = []
  const orphans: StandingExport[] = []
  for (const each of await adapter.session({}, (session) => readStandingExports(session))) {
    // Tables that others exported to this database are found among its tables.
    const isOurs = each.kind !== 'table' || each.location.startsWith('target:')
    if (!isOurs || !(await isThere(each))) continue
    if (ids.has(each.uniqueId)) standing.push(each)
    // What reads other things today may have read the person when it was exported.
    else if (await mayHold(each, subject.value)) {
      if (known.has(each.uniqueId)) standing.push(each)
      else orphans.push(each)
    }
  }
  return { standing, orphans }
}

async function isThere({ kind, location }: StandingExport): Promise<boolean> {
  return kind === 'table' || (await stat(location).catch(() => undefined)) !== undefined
}

/** Files of text are searched; of Parquet and of tables elsewhere nobody can tell. */
async function mayHold({ kind, location }: StandingExport, value: string): Promise<boolean> {
  if (kind === 'table') return true
  for (const path of await filesOf(kind, location)) {
    if (!isText.test(path) || (await mentions(path, value))) return true
    // A partition holds its value in its name.
    if (kind === 'folder' && decoded(path).includes(`=${value}/`)) return true
  }
  return false
}

const isText = /\.(?:csv|jsonl|json|ndjson)(?:\.gz)?$/i

async function filesOf(kind: string, location: string): Promise<readonly string[]> {
  if (kind === 'file') return [location]
  const folders = [location, versionsOf(location)]
  const found = await Promise.all(
    folders.map((folder) =>
      readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []),
    ),
  )
  const files = found.flat().filter((each) => each.isFile())
  return files.map((each) => join(each.parentPath, each.name))
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** What is to be done about one that nothing makes anew. */
export function orphanText({ loaded }: EraseContext, { kind, location, uniqueId }: StandingExport) {
  const name = kind === 'table' ? location : shownPath(loaded.manifest.project.root, location)
  const away = kind === 'table' ? 'drop it there' : 'take it away'
  return `${name}: exported from ${uniqueId}, which is no longer in the project; ${away}, or bring the node back and erase again`
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
