/** assay.yml on disk to the settings of a project. */
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import { projectFile } from '../files/find-project.ts'
import type { Environment } from '../files/read-environment.ts'
import { readText } from '../files/read-text.ts'
import { expectMap } from '../schema/check-values.ts'
import { loadMakeRender, renderNothing } from '../yaml/load-render.ts'
import { parseText } from '../yaml/parse-text.ts'
import type { PlacedMap } from '../yaml/placed-value.ts'
import { parseVars } from './parse-vars.ts'
import { readPaths, readSettings, type Settings } from './read-settings.ts'

export interface SettingsFileInput {
  readonly root: string
  readonly env: Environment
  readonly target?: string | undefined
  readonly vars?: string | undefined
  readonly threads?: number | undefined
}

export interface SettingsReading {
  readonly settings: Result<Settings>
  /** Known even when the settings are at fault, so that all other files can be looked at too. */
  readonly paths: Settings['paths']
}

export async function readSettingsFile(input: SettingsFileInput): Promise<SettingsReading> {
  const content = readText(input.root, projectFile)
  if (!content.ok) return { settings: failure([content.diagnostic]), paths: readPaths(undefined) }
  const file = await parseFile(content)
  const vars = await parseVars(input.vars)
  const paths = readPaths(file.ok ? file.value : undefined)
  if (!file.ok || !vars.ok) {
    const faults = [...(file.ok ? [] : file.diagnostics), ...(vars.ok ? [] : vars.diagnostics)]
    return { settings: failure(faults), paths }
  }
  const settings = readSettings({
    root: input.root,
    file: file.value,
    env: input.env,
    flagVars: vars.value,
    target: input.target,
    threads: input.threads,
    makeRender: content.text.includes('{{') ? await loadMakeRender() : renderNothing,
  })
  return { settings, paths: settings.ok ? settings.value.paths : paths }
}

/** Never cached: a password may stand in it, and must not lie in the target folder. */
async function parseFile(content: { readonly text: string }): Promise<Result<PlacedMap>> {
  const parsed = await parseText(projectFile, content.text)
  if (!parsed.ok) return parsed
  const file = parsed.value
  if (file === undefined) return failure([emptyFile()])
  const wrongTop = expectMap(file, '"name" and "targets"')
  if (wrongTop !== undefined || file.kind !== 'map') return failure(wrongTop ? [wrongTop] : [])
  return success(file)
}

function emptyFile(): Diagnostic {
  return errorDiagnostic({
    code: 'missing-key',
    message: 'expected the keys "name" and "targets", found an empty file',
    span: { path: projectFile, line: 1, column: 1, length: 1 },
  })
}
