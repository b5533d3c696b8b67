/** A temporary project folder from the texts of its files, and its diagnostics as lines. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Diagnostic } from '../../../../src/core/diagnostic.ts'
import type { Project } from '../../../../src/project/read/project.ts'
import { type ReadOptions, readProject } from '../../../../src/project/read/read-project.ts'

export const smallest = `name: growth
targets:
  dev: { type: duckdb, path: target/assay.duckdb }
`

/** Gives the absolute folder; it is removed when the test ends. */
export function makeProject(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'assay-read-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [path, content] of Object.entries({ 'assay.yml': smallest, ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return folder
}

/** `path:line:column+length code: message = hint` */
export function lineOf({ span, code, message, hint }: Diagnostic): string {
  const place = span ? `${span.path}:${span.line}:${span.column}+${span.length} ` : ''
  return `${place}${code}: ${message}${hint === undefined ? '' : ` = ${hint}`}`
}

type Options = Partial<ReadOptions>

/** The faults of a project with these files. */
export async function faultsOf(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: Options = {},
): Promise<readonly string[]> {
  const result = await readProject({ startFolder: makeProject(files), processEnv: {}, ...options })
  return result.ok ? [] : result.diagnostics.map(lineOf)
}

/** The project with these files; fails the test when it has faults. */
export async function projectOf(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: Options = {},
): Promise<Project> {
  const result = await readProject({ startFolder: makeProject(files), processEnv: {}, ...options })
  if (!result.ok) throw new Error(result.diagnostics.map(lineOf).join('\n'))
  return result.value
}
