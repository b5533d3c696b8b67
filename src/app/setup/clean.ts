/** `clean`: removes what runs wrote, inside the project only, and never a database. */
import { closeSync, lstatSync, openSync, readdirSync, readSync, rmdirSync, rmSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { errorDiagnostic } from '../../core/diagnostic.ts'
import type { Target } from '../../core/target.ts'
import { loadProject } from '../load-project.ts'
import { unwritable } from '../files/unwritable.ts'
import type { Outcome, Surroundings } from '../surroundings.ts'
import type { CleanOptions, CleanValue } from '../use-cases.ts'

export async function clean(
  options: CleanOptions,
  surroundings: Surroundings,
): Promise<Outcome<CleanValue>> {
  const loaded = await loadProject(options, surroundings, { runsCode: false })
  if (!loaded.ok) return { kind: 'invalid', diagnostics: loaded.diagnostics }
  const { root, cleanTargets, target } = loaded.value.manifest.project
  const databases = databaseFiles(target)
  const folders = cleanTargets.map((path) => resolve(root, path))
  const outside = cleanTargets.filter((path) => !resolve(root, path).startsWith(root + sep))
  if (outside.length > 0) {
    return {
      kind: 'invalid',
      diagnostics: outside.map((path) =>
        errorDiagnostic({
          code: 'invalid-value',
          message: `expected "clean-targets" inside the project, found "${path}"`,
          span: { path: 'assay.yml', line: 1, column: 1, length: 1 },
        }),
      ),
    }
  }
  const removed: string[] = []
  const kept: string[] = []
  try {
    for (const folder of folders) cleanFolder(folder, { root, databases, removed, kept })
  } catch (error) {
    const hint = 'remove it as the user who owns it; what was removed before it is gone'
    const fault = unwritable(error, { to: 'remove', root, hint })
    return { kind: 'invalid', diagnostics: [fault] }
  }
  return { kind: 'done', exitCode: 0, value: { removed, kept } }
}

function databaseFiles(target: Target): Sweep['databases'] {
  if (target.type !== 'duckdb') return []
  const { path, publishCopy, publishFor = [] } = target
  return [path, publishCopy, ...publishFor.map((file) => file.path)]
}

interface Sweep {
  readonly root: string
  /** The file of the chosen target and its published copies, whatever their names. */
  readonly databases: readonly (string | undefined)[]
  readonly removed: string[]
  readonly kept: string[]
}

function cleanFolder(path: string, sweep: Sweep): void {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return
  if (found.isDirectory()) {
    for (const name of readdirSync(path)) cleanFolder(join(path, name), sweep)
    if (readdirSync(path).length === 0) rmdirSync(path)
    return
  }
  const place = relative(sweep.root, path)
  // A link may lead out of the project, or to a database.
  if (!found.isFile() || isDatabase(path, sweep)) sweep.kept.push(place)
  else {
    rmSync(path)
    sweep.removed.push(place)
  }
}

/** Of any target, this one's or another's, by its name, or by what DuckDB writes at its head. */
function isDatabase(path: string, { databases }: Sweep): boolean {
  if (/\.(duckdb|db|ddb)(\.wal|\.tmp)?$|\.wal$/.test(path)) return true
  if (databases.includes(path)) return true
  return !/\.(json|sql|log)$/.test(path) && beginsLikeDuckdb(path)
}

function beginsLikeDuckdb(path: string): boolean {
  const head = Buffer.alloc(12)
  const file = openSync(path, 'r')
  try {
    readSync(file, head, 0, head.length, 0)
  } finally {
    closeSync(file)
  }
  return head.toString('latin1', 8) === 'DUCK'
}
