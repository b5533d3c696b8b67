/** A project from the texts of its files, never on disk: read as `readProject` reads it, then parsed. */
import { createHash } from 'node:crypto'
import type { Diagnostic } from '../../../src/core/diagnostic.ts'
import type { Result } from '../../../src/core/result.ts'
import { buildGraph } from '../../../src/project/graph/build-graph.ts'
import type { Graph } from '../../../src/project/graph/graph.ts'
import type { Manifest } from '../../../src/project/parse/manifest.ts'
import { parseProject } from '../../../src/project/parse/parse-project.ts'
import type { Project, SourceFile } from '../../../src/project/read/project.ts'
import { readPropertyFile } from '../../../src/project/read/properties/read-property-file.ts'
import { readLibrary } from '../../../src/project/read/read-library.ts'
import { readSettings } from '../../../src/project/read/settings/read-settings.ts'
import { renderNothing } from '../../../src/project/read/yaml/load-render.ts'
import { parseYaml } from '../../../src/project/read/yaml/parse-yaml.ts'

type Files = Readonly<Record<string, string>>
type Changes = Partial<Pick<Project, 'target' | 'vars' | 'env'>>

/** Text of an assay.yml with a DuckDB target; `more` is added below it. */
export function settingsWith(more: string): string {
  return `name: shop\ntargets:\n  dev: { type: duckdb, path: target/assay.duckdb }\n${more}`
}

const library = readLibrary()
const now = new Date('2026-07-01T12:00:00Z')

function parsed(files: Files, changes: Changes = {}): Result<Manifest> {
  return parseProject(projectOf(files, changes), { library, now })
}

/** The manifest; throws what the project is at fault with. */
export function manifestOf(files: Files, changes: Changes = {}): Manifest {
  return valueOf(parsed(files, changes))
}

export function graphOf(manifest: Manifest): Graph {
  return valueOf(buildGraph(manifest))
}

export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.diagnostics.map(lineOf).join('\n'))
  return result.value
}

/** All that parsing says, one line each: faults, or the warnings of a good project. */
export function saidOf(files: Files, changes: Changes = {}): readonly string[] {
  const result = parsed(files, changes)
  return (result.ok ? result.warnings : result.diagnostics).map(lineOf)
}

/** `path:line:column code: message = hint (path:line:column related)` */
export function lineOf({ span, code, message, hint, related = [] }: Diagnostic): string {
  const at = (place: Diagnostic['span']) =>
    place === undefined ? '' : `${place.path}:${place.line}:${place.column} `
  const others = related.map((place) => ` (${at(place.span)}${place.message})`).join('')
  return `${at(span)}${code}: ${message}${hint === undefined ? '' : ` = ${hint}`}${others}`
}

function projectOf(files: Files, changes: Changes): Project {
  const all = Object.entries(files).map(([path, text]) => fileOf(path, text))
  const below = (folder: string, ending: string) =>
    all.filter(({ path }) => path.startsWith(`${folder}/`) && path.endsWith(ending))
  const settings = settingsOf(files['assay.yml'] ?? settingsWith(''))
  const { paths: _, ...kept } = settings
  return {
    root: '/project',
    targetPath: '/project/target',
    env: {},
    ...kept,
    packages: [],
    modules: new Map(),
    cleanTargets: settings.cleanTargets ?? ['target'],
    models: below('models', '.sql'),
    seeds: below('seeds', '.csv'),
    snapshots: below('snapshots', '.sql'),
    macros: below('macros', '.sql'),
    singularTests: below('tests', '.sql').filter(({ path }) => path.split('/').length === 2),
    genericTests: below('tests/generic', '.sql'),
    fixtures: all.filter(({ path }) => path.startsWith('tests/fixtures/')),
    analyses: below('analyses', '.sql'),
    docs: all.filter(({ path }) => path.endsWith('.md')),
    selectors: [],
    properties: all
      .filter(({ path }) => path.endsWith('.yml') && path !== 'assay.yml')
      .map(({ path, text, checksum }) => {
        const value = valueOf(parseYaml(path, text))
        return valueOf(readPropertyFile({ path, checksum, value, render: undefined }))
      }),
    ...changes,
  }
}

function settingsOf(text: string) {
  const file = valueOf(parseYaml('assay.yml', text))
  if (file?.kind !== 'map') throw new Error('assay.yml is no map')
  return valueOf(
    readSettings({
      root: '/project',
      file,
      env: {},
      flagVars: {},
      fileVars: {},
      target: undefined,
      threads: undefined,
      makeRender: renderNothing,
    }),
  )
}

function fileOf(path: string, text: string): SourceFile {
  const checksum = createHash('sha256').update(text).digest('hex')
  return { path, pathInKind: path.split('/').slice(1).join('/'), text, checksum }
}
