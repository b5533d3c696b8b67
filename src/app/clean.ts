/** `clean`: removes what runs wrote, inside the project only, and never a database. */
import { existsSync, readdirSync, rmSync, rmdirSync, statSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { errorDiagnostic } from '../core/diagnostic.ts'
import { loadProject } from './load-project.ts'
import type { Outcome, Surroundings } from './surroundings.ts'
import type { CleanOptions, CleanValue } from './use-cases.ts'

export async function clean(
  options: CleanOptions,
  surroundings: Surroundings,
): Promise<Outcome<CleanValue>> {
  const loaded = await loadProject(options, surroundings)
  if (!loaded.ok) return { kind: 'invalid', diagnostics: loaded.diagnostics }
  const { root, cleanTargets } = loaded.value.manifest.project
  const folders = cleanTargets.map((path) => resolve(root, path))
  const outside = folders.filter((folder) => !folder.startsWith(root + sep))
  if (outside.length > 0) {
    return {
      kind: 'invalid',
      diagnostics: outside.map((folder) =>
        errorDiagnostic({
          code: 'invalid-value',
          message: `expected "clean-targets" inside the project, found "${relative(root, folder) || '.'}"`,
          span: { path: 'assay.yml', line: 1, column: 1, length: 1 },
        }),
      ),
    }
  }
  const removed: string[] = []
  const kept: string[] = []
  for (const folder of folders) cleanFolder(folder, { root, removed, kept })
  return { kind: 'done', exitCode: 0, value: { removed, kept } }
}

interface Sweep {
  readonly root: string
  readonly removed: string[]
  readonly kept: string[]
}

function cleanFolder(path: string, sweep: Sweep): void {
  if (!existsSync(path)) return
  const place = relative(sweep.root, path)
  if (!statSync(path).isDirectory()) {
    if (isDatabase(path)) sweep.kept.push(place)
    else {
      rmSync(path)
      sweep.removed.push(place)
    }
    return
  }
  for (const name of readdirSync(path)) cleanFolder(join(path, name), sweep)
  if (readdirSync(path).length === 0) rmdirSync(path)
}

/** Of any target, this one's or another's: by its name, since opening the file could drop a lock. */
function isDatabase(path: string): boolean {
  return /\.(duckdb|db|ddb)(\.wal|\.tmp)?$/.test(path)
}
