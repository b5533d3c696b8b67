/** The TypeScript of a project to modules: compiled anew only where a file, or one that it imports, has changed. */
import { hash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import { packageFolder } from '../read/files/package-folder.ts'
import type { ProjectCache } from '../read/project-cache.ts'
import type { CompiledFile } from './compile/compile-files.ts'
import type { CompiledModule, TypescriptFile } from './module.ts'

export interface CompileOptions {
  /** Absolute. */
  readonly root: string
  /** Absolute. */
  readonly targetPath: string
  readonly cache: ProjectCache | undefined
}

export interface CompiledProject {
  /** By path. */
  readonly modules: ReadonlyMap<string, CompiledModule>
  readonly faults: readonly Diagnostic[]
}

/** Nothing is loaded, and nothing of the project is run. */
export async function compileProject(
  files: readonly TypescriptFile[],
  options: CompileOptions,
): Promise<CompiledProject> {
  if (files.length === 0) return { modules: new Map(), faults: [] }
  const hashes = new Map<string, string | undefined>()
  const seals = { framework: frameworkFile(), hashOf: (path: string) => hashOf(path, hashes) }
  const known = files.flatMap((file) => cached(file, options, seals) ?? [])
  const modules = new Map(known.map((module) => [module.path, module]))
  const changed = files.filter(({ path }) => !modules.has(path))
  if (changed.length === 0) return { modules, faults: [] }
  const { compileFiles } = await import('./compile/compile-files.ts')
  const folder = join(options.targetPath, 'typescript')
  try {
    const request = { root: options.root, folder, framework: seals.framework }
    const compiled = await compileFiles(changed, request)
    for (const file of compiled.files) {
      modules.set(file.path, file)
      options.cache?.set(section, file.path, entryOf(file, seals))
    }
    return { modules, faults: compiled.faults }
  } catch (error) {
    return { modules, faults: [unwritable(folder, error)] }
  }
}

const section = 'typescript'

/** Of the sources as they run, or of the bundle in `dist/`. */
function frameworkFile(): string {
  const isBundled = fileURLToPath(import.meta.url).startsWith(join(packageFolder, 'dist'))
  return isBundled
    ? join(packageFolder, 'dist', 'core', 'authoring', 'authoring.js')
    : join(packageFolder, 'src', 'core', 'authoring', 'authoring.ts')
}

interface Seals {
  readonly framework: string
  /** undefined: there is no such file. */
  readonly hashOf: (path: string) => string | undefined
}

interface Entry extends Omit<CompiledModule, 'path'> {
  readonly seal: string
  readonly inputs: readonly string[]
}

function entryOf({ file, code, facts, inputs }: CompiledFile, seals: Seals): Entry {
  return { file, code, facts, inputs, seal: sealOf(inputs, seals) }
}

/** Of the framework, and of all that the module was made of. */
function sealOf(inputs: readonly string[], { framework, hashOf }: Seals): string {
  return hash('sha256', JSON.stringify([framework, ...inputs].map((path) => [path, hashOf(path)])))
}

function cached(
  { path }: TypescriptFile,
  { cache }: CompileOptions,
  seals: Seals,
): CompiledModule | undefined {
  const entry = cache?.get(section, path)
  if (!isEntry(entry) || entry.seal !== sealOf(entry.inputs, seals)) return undefined
  if (!existsSync(entry.file)) return undefined
  return { path, file: entry.file, code: entry.code, facts: entry.facts }
}

/** As it comes back from a cache that only this module writes: one look tells it from anything else. */
function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && 'seal' in value && 'facts' in value
}

function hashOf(path: string, known: Map<string, string | undefined>): string | undefined {
  if (!known.has(path)) known.set(path, read(path))
  return known.get(path)
}

function read(path: string): string | undefined {
  try {
    return hash('sha256', readFileSync(path))
  } catch {
    return undefined
  }
}

function unwritable(folder: string, error: unknown): Diagnostic {
  if (!(error instanceof Error) || !('code' in error)) throw error
  return errorDiagnostic({
    code: 'unwritable-file',
    message: `expected to write compiled TypeScript to "${folder}", found: ${error.message}`,
    hint: 'free disk space, or name another folder with --target-path',
  })
}
