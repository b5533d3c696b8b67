/** A folder on disk to a Project: every file of it read, all YAML rendered for the target and checked. */
import type { Diagnostic } from '../../core/diagnostic.ts'
import { failure, type Result, success } from '../../core/result.ts'
import { findProject, projectFile, targetPathOf } from './files/find-project.ts'
import { compareText, type Listing } from './files/list-files.ts'
import { compileProject } from '../typescript/compile-project.ts'
import type { TypescriptFile } from '../typescript/module.ts'
import { readEnvironment } from './files/read-environment.ts'
import { listContent } from './list-content.ts'
import { readPackages } from './packages/read-packages.ts'
import type { ProjectCache } from './project-cache.ts'
import type { Project, SelectorEntry, SourceFile } from './project.ts'
import { readPropertyFiles } from './properties/read-property-files.ts'
import { readSelectorsFile } from './properties/read-selectors-file.ts'
import { unreadFiles } from './settings/not-applied.ts'
import { readSettingsFile } from './settings/read-settings-file.ts'
import type { Settings } from './settings/read-settings.ts'
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
  /** `serve:` is read, with its secrets. Default: it is only checked as far as it can be. */
  readonly serves?: boolean | undefined
  readonly processEnv: Readonly<Record<string, string | undefined>>
  /** Of assay itself; undefined: nobody asks which it is. */
  readonly assayVersion?: string | undefined
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
  const { sources, propertyPaths, selectorPath } = listContent(paths, '', listing)
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
  const packages =
    settings.ok && environment !== undefined
      ? await readPackages({ ...options, root, settings: settings.value, environment, listing })
      : []
  const { modules, faults: codeFaults } = await compileProject(codeOf([sources, ...packages]), {
    root,
    targetPath,
    cache: options.cache,
  })
  faults.push(...codeFaults)
  if (!settings.ok || !properties.ok || faults.length > 0) return failure(inOrder(faults))
  const { name, version, vars, configTrees, notApplied } = settings.value
  const { target, targetNames, targetTypes, retention, dispatch, runHooks } = settings.value
  const { cleanTargets, queryComment, loadPath, serve } = settings.value
  return success({
    root,
    name,
    version,
    vars,
    configTrees,
    notApplied: [...notApplied, ...unreadFiles(root)],
    target,
    targetNames,
    targetTypes,
    retention,
    loadPath,
    ...(serve === undefined ? {} : { serve }),
    dispatch,
    runHooks,
    ...(queryComment === undefined ? {} : { queryComment }),
    packages,
    modules,
    env,
    targetPath,
    cleanTargets: cleanTargets ?? [options.targetPath ?? 'target'],
    ...sources,
    properties: properties.value,
    selectors,
  })
}

function codeOf(
  contents: readonly Pick<Project, 'macros' | 'models'>[],
): readonly TypescriptFile[] {
  return contents.flatMap(({ macros, models }) => [
    ...typescriptOf(macros).map(({ path }) => ({ path, kind: 'macros' as const })),
    ...typescriptOf(models).map(({ path }) => ({ path, kind: 'model' as const })),
  ])
}

function typescriptOf(files: readonly SourceFile[]): readonly SourceFile[] {
  return files.filter(({ path }) => path.endsWith('.ts'))
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
