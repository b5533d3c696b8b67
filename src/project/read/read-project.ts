/** A folder on disk to a Project: every file of it read, all YAML rendered for the target and checked. */
import type { Diagnostic } from '../../core/diagnostic.ts'
import { failure, type Result, success } from '../../core/result.ts'
import { findProject, projectFile, targetPathOf } from './files/find-project.ts'
import { compareText, type FoundFile, listFiles, type Listing } from './files/list-files.ts'
import { readEnvironment } from './files/read-environment.ts'
import { readText } from './files/read-text.ts'
import type { ProjectCache } from './project-cache.ts'
import type { Project, SelectorEntry, SourceFile } from './project.ts'
import { readPropertyFiles } from './properties/read-property-files.ts'
import { readSelectorsFile } from './properties/read-selectors-file.ts'
import { readSettingsFile } from './settings/read-settings-file.ts'
import type { PathKind, Settings } from './settings/read-settings.ts'
import { targetValues } from './settings/read-target.ts'
import type { ScalarEnvironment } from './yaml/render-values.ts'

export interface ReadOptions {
  /** Absolute: the search for assay.yml begins here. */
  readonly startFolder: string
  /** Relative to the start folder: assay.yml is looked for here and nowhere else. */
  readonly projectDir?: string | undefined
  readonly target?: string | undefined
  /** A YAML or JSON map. */
  readonly vars?: string | undefined
  readonly threads?: number | undefined
  /** Relative to the project folder. Default: `target`. */
  readonly targetPath?: string | undefined
  readonly processEnv: Readonly<Record<string, string | undefined>>
  /** Opened and saved by the caller. */
  readonly cache?: ProjectCache | undefined
}

/** Every fault of every file at once; the project's files are not parsed as templates here. */
export async function readProject(options: ReadOptions): Promise<Result<Project>> {
  const found = findProject(options)
  if (!found.ok) return found
  const root = found.value
  const { env, faults: envFaults } = readEnvironment(root, options.processEnv)
  const { settings, paths } = await readSettingsFile({ ...options, root, env })
  const targetPath = targetPathOf(root, options.targetPath)
  const faults = [...envFaults, ...(settings.ok ? [] : settings.diagnostics)]
  const listing: Listing = { root, ignored: new Set([targetPath]), faults }
  const { sources, propertyPaths, selectorPath } = readSources(
    listFolders(paths, listing),
    root,
    faults,
  )
  const environment = settings.ok ? environmentOf(settings.value, env) : undefined
  const properties = await readPropertyFiles({
    root,
    paths: propertyPaths,
    environment,
    cache: options.cache,
  })
  let selectors: readonly SelectorEntry[] = []
  if (selectorPath !== undefined && environment !== undefined) {
    const read = await readSelectorsFile(root, selectorPath, environment)
    if (read.ok) selectors = read.value
    else faults.push(...read.diagnostics)
  }
  if (!properties.ok) faults.push(...properties.diagnostics)
  if (!settings.ok || !properties.ok || faults.length > 0) return failure(inOrder(faults))
  const { paths: _, cleanTargets, ...kept } = settings.value
  return success({
    root,
    ...kept,
    env,
    targetPath,
    cleanTargets: cleanTargets ?? [options.targetPath ?? 'target'],
    ...sources,
    properties: properties.value,
    selectors,
  })
}

/** What has no place first, then assay.yml, then by path; within a file by line. */
function inOrder(faults: readonly Diagnostic[]): readonly Diagnostic[] {
  const rank = ({ span }: Diagnostic): string => {
    if (span === undefined) return ''
    return span.path === projectFile ? ' ' : `!${span.path}`
  }
  return faults.toSorted(
    (left, right) =>
      compareText(rank(left), rank(right)) ||
      (left.span?.line ?? 0) - (right.span?.line ?? 0) ||
      (left.span?.column ?? 0) - (right.span?.column ?? 0),
  )
}

function environmentOf(settings: Settings, env: Project['env']): ScalarEnvironment {
  const { target, vars, name } = settings
  return {
    adapter: target.type,
    projectName: name,
    vars,
    env,
    secrets: 'refused',
    target: targetValues(target),
  }
}

type Folders = Readonly<Record<PathKind | 'genericTest' | 'fixture', readonly FoundFile[]>>

function listFolders(paths: Settings['paths'], listing: Listing): Folders {
  const all = (kind: PathKind): readonly FoundFile[] =>
    distinct(paths[kind].flatMap((folder) => listFiles(folder, listing, true)))
  const tests = paths.test
  return {
    model: all('model'),
    seed: all('seed'),
    snapshot: all('snapshot'),
    macro: all('macro'),
    analysis: all('analysis'),
    // Other folders of tests/ are the framework's own suite.
    test: distinct(tests.flatMap((folder) => listFiles(folder, listing, false))),
    genericTest: distinct(
      tests.flatMap((folder) => listFiles(`${folder}/generic`, listing, false)),
    ),
    fixture: distinct(tests.flatMap((folder) => listFiles(`${folder}/fixtures`, listing, true))),
  }
}

/** A file below two folders of a kind counts once, for the first of them. */
function distinct(files: readonly FoundFile[]): readonly FoundFile[] {
  const byPath = new Map<string, FoundFile>()
  for (const file of files) if (!byPath.has(file.path)) byPath.set(file.path, file)
  return [...byPath.values()].sort((left, right) => compareText(left.path, right.path))
}

type Sources = Pick<
  Project,
  | 'models'
  | 'seeds'
  | 'snapshots'
  | 'macros'
  | 'singularTests'
  | 'genericTests'
  | 'fixtures'
  | 'analyses'
>

function readSources(
  folders: Folders,
  root: string,
  faults: Diagnostic[],
): {
  readonly sources: Sources
  readonly propertyPaths: readonly string[]
  readonly selectorPath: string | undefined
} {
  const read = (kind: keyof Folders, ending: string): readonly SourceFile[] =>
    folders[kind]
      .filter((file) => file.path.endsWith(ending))
      .flatMap((file) => readSource(file, root, faults))
  const sources = {
    models: read('model', '.sql'),
    seeds: read('seed', '.csv'),
    snapshots: read('snapshot', '.sql'),
    macros: read('macro', '.sql'),
    singularTests: read('test', '.sql'),
    genericTests: read('genericTest', '.sql'),
    fixtures: [...read('fixture', '.csv'), ...read('fixture', '.sql')],
    analyses: read('analysis', '.sql'),
  }
  const top = listFiles('.', { root, ignored: new Set(), faults }, false)
  const atRoot = top.filter((file) => /^sources\.ya?ml$/.test(file.path))
  const below = Object.values(folders).flat().filter(isProperties)
  return {
    sources,
    propertyPaths: distinct([...atRoot, ...below]).map((file) => file.path),
    selectorPath: top.find((file) => /^selectors\.ya?ml$/.test(file.path))?.path,
  }
}

function isProperties(file: FoundFile): boolean {
  return /\.ya?ml$/.test(file.path) && file.path !== projectFile
}

function readSource(file: FoundFile, root: string, faults: Diagnostic[]): readonly SourceFile[] {
  const content = readText(root, file.path)
  if (content.ok) return [{ ...file, text: content.text, checksum: content.checksum }]
  faults.push(content.diagnostic)
  return []
}
