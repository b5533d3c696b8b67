/** The folders of a project or package to the files in them, read, by what they are. */
import type { Diagnostic } from '../../core/diagnostic.ts'
import { firstOfEach } from '../../core/first-of-each.ts'
import { projectFile } from './files/find-project.ts'
import { compareText, type FoundFile, listFiles, type Listing } from './files/list-files.ts'
import { readText } from './files/read-text.ts'
import type { ProjectContent, SourceFile } from './project.ts'
import type { PathKind, Settings } from './settings/read-settings.ts'

type Folders = Readonly<Record<PathKind | 'genericTest' | 'fixture', readonly FoundFile[]>>

function listFolders(paths: Settings['paths'], prefix: string, listing: Listing): Folders {
  const all = (kind: PathKind): readonly FoundFile[] =>
    distinct(paths[kind].flatMap((folder) => listFiles(prefix + folder, listing, true)))
  const tests = paths.test
  return {
    model: all('model'),
    seed: all('seed'),
    snapshot: all('snapshot'),
    macro: all('macro'),
    analysis: all('analysis'),
    docs: all('docs'),
    // Other folders of tests/ are the framework's own suite.
    test: distinct(tests.flatMap((folder) => listFiles(prefix + folder, listing, false))),
    genericTest: distinct(
      tests.flatMap((folder) => listFiles(`${prefix}${folder}/generic`, listing, false)),
    ),
    fixture: distinct(
      tests.flatMap((folder) => listFiles(`${prefix}${folder}/fixtures`, listing, true)),
    ),
  }
}

/** A file below two folders of a kind counts once, for the first of them. */
function distinct(files: readonly FoundFile[]): readonly FoundFile[] {
  return firstOfEach(files, (file) => file.path).toSorted((left, right) =>
    compareText(left.path, right.path),
  )
}

type Sources = Pick<
  ProjectContent,
  | 'models'
  | 'seeds'
  | 'snapshots'
  | 'macros'
  | 'singularTests'
  | 'genericTests'
  | 'fixtures'
  | 'analyses'
  | 'docs'
>

export interface Content {
  readonly sources: Sources
  readonly propertyPaths: readonly string[]
  readonly selectorPath: string | undefined
}

/** `prefix`: folder of a package, relative to the project, with a slash at its end; '' is the project itself. */
export function listContent(paths: Settings['paths'], prefix: string, listing: Listing): Content {
  const { root, faults } = listing
  const folders = listFolders(paths, prefix, listing)
  const read = (kind: keyof Folders, ending: string): readonly SourceFile[] =>
    folders[kind]
      .filter((file) => file.path.endsWith(ending))
      .flatMap((file) => readSource(file, root, faults))
  const sources = {
    models: [...read('model', '.sql'), ...read('model', '.ts').filter(isModel)],
    seeds: read('seed', '.csv'),
    snapshots: read('snapshot', '.sql'),
    macros: [...read('macro', '.sql'), ...read('macro', '.ts').filter(isCode)],
    singularTests: read('test', '.sql'),
    genericTests: read('genericTest', '.sql'),
    fixtures: [...read('fixture', '.csv'), ...read('fixture', '.sql')],
    analyses: read('analysis', '.sql'),
    docs: distinct(docsFolders.flatMap((kind) => folders[kind]))
      .filter((file) => file.path.endsWith('.md'))
      .flatMap((file) => readSource(file, root, faults)),
  }
  const top = listFiles(prefix === '' ? '.' : prefix, { root, ignored: new Set(), faults }, false)
  const atRoot = top.filter((file) => /^sources\.ya?ml$/.test(file.pathInKind))
  const below = Object.values(folders).flat().filter(isProperties)
  return {
    sources,
    propertyPaths: distinct([...atRoot, ...below]).map((file) => file.path),
    selectorPath: top.find((file) => /^selectors\.ya?ml$/.test(file.pathInKind))?.path,
  }
}

/** A file whose name begins with _ helps others. */
function isModel(file: SourceFile): boolean {
  return isCode(file) && !/(?:^|\/)_[^/]*$/.test(file.path)
}

/** Declarations and tests of the project's own are no macros. */
function isCode({ path }: SourceFile): boolean {
  return !/\.(?:d|test|spec)\.ts$/.test(path)
}

/** Docs blocks lie beside what they describe. */
const docsFolders = ['model', 'seed', 'snapshot', 'macro', 'analysis', 'docs'] as const

function isProperties(file: FoundFile): boolean {
  return /\.ya?ml$/.test(file.path) && file.path !== projectFile
}

function readSource(file: FoundFile, root: string, faults: Diagnostic[]): readonly SourceFile[] {
  const content = readText(root, file.path)
  if (content.ok) return [{ ...file, text: content.text, checksum: content.checksum }]
  faults.push(content.diagnostic)
  return []
}
