/** An entry of `packages:` to the folder it means. */
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import { projectFile } from '../files/find-project.ts'
import type { PackageEntry } from '../settings/read-packages-key.ts'

export interface FoundPackage {
  /** Relative to the project, forward slashes, one at its end. */
  readonly folder: string
  /** Absolute, links followed: two entries of one folder are one package. */
  readonly realFolder: string
  /** Of its package.json; undefined: it has none. */
  readonly npmVersion: string | undefined
}

/** `from`: absolute folder of the assay.yml that names it. */
export function findPackage(root: string, from: string, entry: PackageEntry): Result<FoundPackage> {
  const place = entry.kind === 'local' ? resolve(from, entry.place) : installed(from, entry.place)
  if (place === undefined || !existsSync(place)) return failure([missing(entry)])
  if (!existsSync(join(place, projectFile))) {
    return failure([
      errorDiagnostic({
        code: 'missing-package',
        message: `expected the file ${projectFile} in the package "${entry.place}", found none`,
        span: entry.span,
        hint: 'a package is a project: its models and macros lie beside an assay.yml',
      }),
    ])
  }
  const realFolder = realpathSync(place)
  return success({
    folder: `${relative(root, place).replaceAll('\\', '/')}/`,
    realFolder,
    npmVersion: npmVersion(place),
  })
}

/** As Node finds a package: in the nearest node_modules that has it. */
function installed(from: string, name: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const place = join(folder, 'node_modules', name)
    if (existsSync(place)) return place
    if (folder === dirname(folder)) return undefined
  }
}

function missing({ kind, place, span }: PackageEntry): Diagnostic {
  return errorDiagnostic({
    code: 'missing-package',
    message:
      kind === 'npm'
        ? `expected the package "${place}" in node_modules, found none`
        : `expected a package in the folder "${place}", found no such folder`,
    span,
    hint: kind === 'npm' ? howToGet(place) : undefined,
  })
}

/** `owner/name` is how dbt's hub names packages; npm would take it for a repository. */
function howToGet(place: string): string {
  if (place.startsWith('@') || !place.includes('/')) return `npm install ${place}`
  return 'packages of dbt\'s hub hold Jinja: what of dbt_utils there is ships with Assay, others are ported to a folder ("local") or an npm package'
}

function npmVersion(folder: string): string | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    if (typeof content !== 'object' || content === null || !('version' in content)) return undefined
    return typeof content.version === 'string' ? content.version : undefined
  } catch {
    return undefined
  }
}
