/** A folder to a checked project and its graph: read, parse, graph, each from the cache where nothing changed. */
import { hash } from 'node:crypto'
import type { Diagnostic } from '../core/diagnostic.ts'
import { failure, type Result, success } from '../core/result.ts'
import { buildGraph } from '../project/graph/build-graph.ts'
import type { Graph } from '../project/graph/graph.ts'
import type { Manifest } from '../project/parse/manifest.ts'
import { parseProject } from '../project/parse/parse-project.ts'
import { type FactsCache, isTemplateFacts } from '../project/parse/template-facts.ts'
import { findProject, targetPathOf } from '../project/read/files/find-project.ts'
import { openProjectCache, type ProjectCache } from '../project/read/project-cache.ts'
import { readLibrary } from '../project/read/read-library.ts'
import { readProject } from '../project/read/read-project.ts'
import type { YamlSelector } from '../project/select/selection.ts'
import { parseSelectors } from '../project/select/yaml/parse-selectors.ts'
import type { Project } from '../project/read/project.ts'
import type { CompiledModule } from '../project/typescript/module.ts'
import type { TemplateFacts } from '../project/template/template.ts'
import type { ProjectOptions, Surroundings } from './surroundings.ts'
import { raiseWarnings } from './warnings/raise-warnings.ts'

export interface LoadedProject {
  readonly manifest: Manifest
  readonly graph: Graph
  readonly selectors: readonly YamlSelector[]
  /** ISO 8601, UTC. */
  readonly loadedAt: string
  /** What else is found out about it by its files alone. */
  readonly cache: ProjectCache
}

export interface LoadOptions {
  /** False: nothing is rendered, so no code of the project is run. Default true. */
  readonly runsCode?: boolean
  /** True: the caller saves the cache, when it has found out more. Default false. */
  readonly savesLater?: boolean
  /** True: `serve:` of assay.yml is read, with its secrets. Default false. */
  readonly serves?: boolean
}

/** Says where the project is and its warnings as events; every fault of a stage at once. */
export async function loadProject(
  options: ProjectOptions,
  surroundings: Surroundings,
  { runsCode = true, serves = false, savesLater = false }: LoadOptions = {},
): Promise<Result<LoadedProject>> {
  const place = {
    startFolder: surroundings.cwd,
    projectDir: options.projectDir ?? surroundings.env['ASSAY_PROJECT_DIR'],
  }
  const root = findProject(place)
  if (!root.ok) return root
  surroundings.emit({ type: 'project-read', root: root.value })
  const targetPath = targetPathOf(root.value, options.targetPath)
  const cache = openProjectCache(targetPath, {
    target: options.target ?? surroundings.env['ASSAY_TARGET'],
    vars: options.vars,
  })
  const project = await readProject({
    ...place,
    ...options,
    serves,
    processEnv: surroundings.env,
    assayVersion: surroundings.version,
    cache,
  })
  if (project.ok) surroundings.secrets.add(project.value.env)
  if (!project.ok) return failure(withoutDuplicates(project.diagnostics))
  const now = surroundings.now()
  const manifest = parseProject(project.value, {
    library: readLibrary(),
    now,
    openCache: (context) => factsCache(cache, context, project.value.env),
  })
  if (!manifest.ok) return manifest
  const graph = buildGraph(manifest.value)
  const selectors = parseSelectors(project.value.selectors)
  if (!graph.ok) return failure(graph.diagnostics)
  if (!selectors.ok) return selectors
  if (!savesLater) cache.save()
  if (runsCode) {
    const run = await manifest.value.code.load(macroModules(project.value))
    if (!run.ok) return run
  }
  const raised = raiseWarnings(surroundings, [...project.warnings, ...manifest.warnings])
  if (raised.length > 0) return failure(raised)
  return success({
    manifest: manifest.value,
    graph: graph.value,
    selectors: selectors.value,
    loadedAt: now.toISOString(),
    cache,
  })
}

/** Templates are rendered at once, so their functions are there before. */
function macroModules({ modules }: Project): readonly CompiledModule[] {
  return [...modules.values()].filter(({ facts }) => facts.macros.length > 0)
}

/** Facts hold for one text, one context, and the values of the environment variables they used. */
function factsCache(
  cache: ProjectCache,
  context: string,
  env: Readonly<Record<string, string | undefined>>,
): FactsCache {
  // Halves of hashes: they stand in the cache once a file.
  const sealOf = (checksum: string) => `${context.slice(0, 32)}${checksum.slice(0, 32)}`
  // A hash: the values may be secrets, and the cache is a file.
  const valuesOf = (facts: TemplateFacts) =>
    hash('sha256', JSON.stringify(facts.envUsed.map((name) => env[name] ?? null)))
  return {
    get({ path, checksum }) {
      const entry = cache.get('facts', path)
      if (typeof entry !== 'object' || entry === null) return undefined
      if (!('seal' in entry) || entry.seal !== sealOf(checksum)) return undefined
      if (!('facts' in entry) || !('env' in entry) || !isTemplateFacts(entry.facts)) {
        return undefined
      }
      if (entry.facts.envUsed.length === 0) return entry.facts
      return entry.env === valuesOf(entry.facts) ? entry.facts : undefined
    },
    set({ path, checksum }, facts) {
      cache.set('facts', path, { seal: sealOf(checksum), facts, env: valuesOf(facts) })
    },
  }
}

function withoutDuplicates(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Map(diagnostics.map((fault) => [JSON.stringify(fault), fault]))
  return [...seen.values()]
}
