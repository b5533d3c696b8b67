/** TypeScript files to modules that node can load, in the target folder, and what each says of itself. */
import { hash } from 'node:crypto'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { BuildFailure, Metafile } from 'esbuild'
import type { Diagnostic } from '../../../core/diagnostic.ts'
import { readFacts } from '../analyze/read-facts.ts'
import { readPlaces } from '../places.ts'
import type { CompiledModule, TypescriptFile } from '../module.ts'
import {
  esbuildOptions,
  frameworkName,
  frameworkScheme,
  type ImportedPackages,
} from './esbuild-options.ts'
import { explainErrors } from './explain-errors.ts'
import { withUrls } from './with-urls.ts'
import { writeModule } from './write-module.ts'

export interface CompileRequest {
  /** Absolute. */
  readonly root: string
  /** Absolute: where modules are written. */
  readonly folder: string
  /** Absolute: the file that "assay" stands for. */
  readonly framework: string
}

export interface CompiledFile extends CompiledModule {
  /** Absolute paths of all that it was made of. */
  readonly inputs: readonly string[]
}

export interface Compiled {
  readonly files: readonly CompiledFile[]
  readonly faults: readonly Diagnostic[]
}

/** All faults of all files; a file at fault is not among the compiled. */
export async function compileFiles(
  files: readonly TypescriptFile[],
  request: CompileRequest,
): Promise<Compiled> {
  const { root, folder, framework } = request
  // Loaded now: most projects have no TypeScript.
  const esbuild = await import('esbuild')
  const packages: ImportedPackages = { urls: new Map(), manifests: new Set() }
  const sources = [framework, ...files.map(({ path }) => join(root, path))]
  try {
    const built = await esbuild.build({
      ...esbuildOptions(root, folder, packages),
      entryPoints: sources.map((source, index) => ({ in: source, out: String(index) })),
      write: false,
      metafile: true,
    })
    const texts = new Map(built.outputFiles.map(({ path, text }) => [path, text] as const))
    const textOf = (index: number, ending: string) =>
      texts.get(join(folder, `${index}${ending}`)) ?? ''
    const own = writeModule(folder, {
      name: frameworkName,
      text: textOf(0, '.mjs'),
      map: textOf(0, '.mjs.map'),
    })
    const urls = new Map([...packages.urls, [frameworkScheme, pathToFileURL(own).href]])
    const faults: Diagnostic[] = []
    const compiled: CompiledFile[] = []
    for (const [index, file] of files.entries()) {
      const text = textOf(index + 1, '.mjs')
      const map = textOf(index + 1, '.mjs.map')
      const facts = await readFacts(file, { text, places: readPlaces(map, folder, root) })
      if (!facts.ok) {
        faults.push(...facts.diagnostics)
        continue
      }
      const place = writeModule(folder, {
        name: nameOf(file.path),
        ...withUrls({ text, map }, urls),
      })
      const output = relative(root, join(folder, `${index + 1}.mjs`)).replaceAll('\\', '/')
      const inputs = inputsOf(built.metafile, output).map((path) => join(root, path))
      compiled.push({
        path: file.path,
        file: place,
        code: hash('sha256', text),
        facts: facts.value,
        inputs: [...inputs, ...packages.manifests],
      })
    }
    return { files: compiled, faults }
  } catch (error) {
    if (!isBuildFailure(error)) throw error
    return { files: [], faults: explainErrors(error.errors) }
  }
}

function inputsOf({ outputs }: Metafile, output: string): readonly string[] {
  return Object.keys(outputs[output]?.inputs ?? {})
}

/** `models/silver/a.ts` to `a`: for people who read a stack. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]+$/, '')
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors)
}
