/** `init`: a small project that builds at once, written to a folder; what is there already stays as it is. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import { packageFolder } from '../../project/read/files/package-folder.ts'
import { projectFile } from '../../project/read/files/find-project.ts'
import { checkValues } from '../../project/read/schema/check-values.ts'
import { parseText } from '../../project/read/yaml/parse-text.ts'
import { unwritable } from '../files/unwritable.ts'
import type { Outcome, Surroundings } from '../surroundings.ts'
import type { InitOptions, InitValue } from '../use-cases.ts'

/** Of files that npm would leave out of a package. */
const renamed: ReadonlyMap<string, string> = new Map([['gitignore', '.gitignore']])

export async function init(
  options: InitOptions,
  { cwd }: Surroundings,
): Promise<Outcome<InitValue>> {
  const folder = resolve(cwd, options.folder ?? '.')
  const name = options.name ?? nameFrom(folder)
  const files = starterFiles(name, folder)
  const misnamed = await nameFaults(name)
  if (misnamed.length > 0) return { kind: 'invalid', diagnostics: misnamed }
  // A README or .gitignore of a repository may be there: it is kept. Anything else would be half of each.
  const kept = files.filter(({ path }) => mayStay.has(path) && existsSync(join(folder, path)))
  if (existsSync(join(folder, projectFile))) {
    return refused([projectFile], folder, 'this is a project already: "assay build" builds it')
  }
  const inTheWay = files.filter(({ path }) => !mayStay.has(path) && existsSync(join(folder, path)))
  if (inTheWay.length > 0) {
    const paths = inTheWay.map(({ path }) => path)
    return refused(paths, folder, 'name another folder: assay init my_project')
  }
  const written = files.filter((file) => !kept.includes(file))
  try {
    for (const { path, text } of written) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text, { flag: 'wx' })
    }
  } catch (error) {
    const hint = 'name a folder that you may write to: assay init ~/my_project'
    const fault = unwritable(error, { to: 'write', root: cwd, hint })
    return { kind: 'invalid', diagnostics: [fault] }
  }
  return {
    kind: 'done',
    exitCode: 0,
    value: {
      folder: relative(cwd, folder),
      written: written.map(({ path }) => path),
      kept: kept.map(({ path }) => path),
    },
  }
}

/** By the rule that the project file is read by, so that no project is written that cannot be read. */
async function nameFaults(name: string): Promise<readonly Diagnostic[]> {
  const parsed = await parseText(projectFile, `name: ${name}\ntargets: { dev: { type: duckdb } }\n`)
  if (!parsed.ok) return parsed.diagnostics
  if (parsed.value?.kind !== 'map') return []
  return checkValues(parsed.value, { schema: 'assay' })
    .filter(({ span }) => span?.line === 1)
    .map(({ message }) =>
      errorDiagnostic({
        code: 'invalid-value',
        message: `${message.replace(/, found .*$/, '')} for the project, found "${name}"`,
        hint: `give it another: assay init --name ${name}_project`,
      }),
    )
}

function refused(
  paths: readonly string[],
  folder: string,
  hint: string,
): Extract<Outcome<InitValue>, { readonly kind: 'invalid' }> {
  return {
    kind: 'invalid',
    diagnostics: paths.map((path) =>
      errorDiagnostic({
        code: 'file-exists',
        message: `expected no ${path} in ${folder}, found one`,
        hint,
      }),
    ),
  }
}

const mayStay: ReadonlySet<string> = new Set(['README.md', '.gitignore'])

interface StarterFile {
  readonly path: string
  readonly text: string
}

/** `folder`: where the project will lie. */
function starterFiles(name: string, folder: string): readonly StarterFile[] {
  const schemas = schemasFor(folder)
  const root = join(packageFolder, 'library', 'init')
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = join(entry.parentPath, entry.name)
      const path = relative(root, file).replaceAll('\\', '/')
      const toSchemas = relative(dirname(join(folder, path)), schemas).replaceAll('\\', '/')
      const text = readFileSync(file, 'utf8')
        .replaceAll('__name__', () => name)
        .replaceAll('__schemas__', () => toSchemas)
      return { path: renamed.get(path) ?? path, text }
    })
    .toSorted((left, right) => (left.path < right.path ? -1 : 1))
}

/**
 * The schemas that editors find from the project: those of the package that is installed for it, which lie there for
 * everyone who works on it; else where they will lie once it is. Never those of a program elsewhere on this machine: the
 * files that name them are committed.
 */
function schemasFor(folder: string): string {
  const installed = join('node_modules', 'assay', 'schemas')
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, installed))) return join(at, installed)
    if (dirname(at) === at) return join(folder, installed)
  }
}

/** A folder's name as a project's: letters, digits and underscores, no digit first. */
function nameFrom(folder: string): string {
  const plain = basename(folder)
    .replaceAll(/[^A-Za-z0-9_]+/g, '_')
    .replace(/^_+|_+$/g, '')
  if (plain === '') return 'my_project'
  return /^\d/.test(plain) ? `project_${plain}` : plain
}
