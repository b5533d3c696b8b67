/** assay.yml on disk to the settings of a project. */
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import { isJsonObject, type JsonObject } from '../../../core/json.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { projectFile } from '../files/find-project.ts'
import type { Environment } from '../files/read-environment.ts'
import { readText } from '../files/read-text.ts'
import { checkValues, expectMap } from '../schema/check-values.ts'
import { loadMakeRender, renderNothing } from '../yaml/load-render.ts'
import { parseText } from '../yaml/parse-text.ts'
import { entryOf, type PlacedMap, type PlacedValue, toJson, valueOf } from '../yaml/placed-value.ts'
import type { ScalarEnvironment } from '../yaml/render-values.ts'
import { checkVars } from './check-vars.ts'
import { type PackageSettings, readPackageSettings } from './read-package-settings.ts'
import { parseVars } from './parse-vars.ts'
import { readPaths, readSettings, type Settings } from './read-settings.ts'

const varsFileName = 'vars.yml'

export interface SettingsFileInput {
  readonly root: string
  readonly env: Environment
  readonly target?: string | undefined
  readonly vars?: string | undefined
  readonly threads?: number | undefined
  readonly serves?: boolean | undefined
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
  const varsFile = await readVarsFile(input.root, '', file.ok ? file.value : undefined)
  const paths = readPaths(file.ok ? file.value : undefined)
  if (!file.ok || !vars.ok || !varsFile.ok) {
    const faults = [file, vars, varsFile].flatMap((read) => (read.ok ? [] : read.diagnostics))
    return { settings: failure(faults), paths }
  }
  const varsFaults = await checkVars({
    root: input.root,
    file: file.value,
    fileVars: varsFile.value,
    flag: input.vars,
  })
  const settings = readSettings({
    root: input.root,
    file: file.value,
    env: input.env,
    flagVars: vars.value,
    fileVars: varsIn(varsFile.value),
    target: input.target,
    threads: input.threads,
    serves: input.serves ?? false,
    makeRender: content.text.includes('{{') ? await loadMakeRender() : renderNothing,
  })
  const known = settings.ok ? settings.value.paths : paths
  if (varsFaults.length === 0) return { settings, paths: known }
  const faults = [...varsFaults, ...(settings.ok ? [] : settings.diagnostics)]
  return { settings: failure(faults), paths: known }
}

function varsIn(placed: PlacedValue | undefined): JsonObject {
  const vars = placed === undefined ? {} : toJson(placed)
  return isJsonObject(vars) ? vars : {}
}

/** vars.yml beside assay.yml: vars that assay.yml itself may use. None where there is no such file. */
async function readVarsFile(
  root: string,
  folder: string,
  settings: PlacedMap | undefined,
): Promise<Result<PlacedValue | undefined>> {
  const path = `${folder}${varsFileName}`
  if (!existsSync(join(root, path))) return success(undefined)
  const content = readText(root, path)
  if (!content.ok) return failure([content.diagnostic])
  const parsed = await parseText(path, content.text)
  if (!parsed.ok) return parsed
  if (parsed.value === undefined) return success(undefined)
  const wrongTop = expectMap(parsed.value, '"vars"')
  if (wrongTop !== undefined || parsed.value.kind !== 'map') {
    return failure(wrongTop === undefined ? [] : [wrongTop])
  }
  const faults = [...checkValues(parsed.value, { schema: 'vars' })]
  const twice = settings === undefined ? undefined : entryOf(settings, 'vars')
  if (twice !== undefined) {
    faults.push(
      errorDiagnostic({
        code: 'duplicate-vars',
        message: `expected vars in ${varsFileName} or in ${projectFile}, found both`,
        span: twice.keySpan,
        hint: `move them to ${varsFileName}, where ${projectFile} can use them too`,
      }),
    )
  }
  if (faults.length > 0) return failure(faults)
  return success(valueOf(parsed.value, 'vars'))
}

/** A package's assay.yml and vars.yml, `folder` relative to the project; rendered for the project's target. */
export async function readPackageFile(input: {
  readonly root: string
  readonly folder: string
  readonly environment: ScalarEnvironment
}): Promise<Result<PackageSettings>> {
  const { root, folder, environment } = input
  const path = `${folder}${projectFile}`
  const content = readText(root, path)
  if (!content.ok) return failure([content.diagnostic])
  const file = await parseFile(content, path)
  const fileVars = await readVarsFile(root, folder, file.ok ? file.value : undefined)
  if (!file.ok) return file
  if (!fileVars.ok) return fileVars
  const makeRender = content.text.includes('{{') ? await loadMakeRender() : renderNothing
  const ownVars = varsIn(fileVars.value)
  const vars = { ...ownVars, ...environment.vars }
  const settings = readPackageSettings(file.value, makeRender({ ...environment, vars }))
  if (!settings.ok || entryOf(file.value, 'vars') !== undefined) return settings
  return success({ ...settings.value, writtenVars: ownVars })
}

/** Never cached: a password may stand in it, and must not lie in the target folder. */
async function parseFile(
  content: { readonly text: string },
  path: string = projectFile,
): Promise<Result<PlacedMap>> {
  const parsed = await parseText(path, content.text)
  if (!parsed.ok) return parsed
  const file = parsed.value
  if (file === undefined) return failure([emptyFile(path)])
  const wrongTop = expectMap(file, '"name" and "targets"')
  if (wrongTop !== undefined || file.kind !== 'map') return failure(wrongTop ? [wrongTop] : [])
  return success(file)
}

function emptyFile(path: string): Diagnostic {
  return errorDiagnostic({
    code: 'missing-key',
    message: 'expected the keys "name" and "targets", found an empty file',
    span: { path, line: 1, column: 1, length: 1 },
  })
}
