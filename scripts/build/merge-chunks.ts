/** The many chunks that splitting makes to a few files: what is loaded together anyway is one, since each file takes time. */
import { hash } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { build, type Metafile } from 'esbuild'

type Outputs = Metafile['outputs']

/** A file in `chunks/`, and the sources that are loaded with it, next to those of the files before. */
interface Stage {
  readonly name: string
  readonly sources: readonly string[]
}

/** From what every command loads to what few do. */
const stages: readonly Stage[] = [
  { name: 'start', sources: ['src/cli/main.ts'] },
  {
    name: 'project',
    sources: ['src/cli/perform-request.ts', 'src/cli/use-cases.ts', 'src/app/describe/list.ts'],
  },
  { name: 'build', sources: ['src/app/build.ts'] },
  { name: 'ingest', sources: ['src/app/ingest/ingest.ts'] },
]

/**
 * `folder` holds the outputs; their paths in the metafile lead to it from `root`. Files are named after what they hold, as
 * the bundler does it: so the first, which names the others, tells one program from another.
 */
export async function mergeChunks(
  root: string,
  folder: string,
  { outputs }: Metafile,
): Promise<void> {
  const inFolder = (path: string) => relative(folder, join(root, path))
  const merged = new Set<string>()
  for (const { name, sources } of stages) {
    const chunks = [...loadedWith(outputs, sources)].filter((path) => !merged.has(path))
    const places = new Map(chunks.map((path, index) => [inFolder(path), index]))
    const exported = chunks.map((path) => outputs[path]?.exports ?? [])
    const text = await mergedText(folder, [...places.keys()], exported)
    const file = `chunks/${name}-${hash('sha256', text).slice(0, 8)}.js`
    for (const path of chunks) {
      merged.add(path)
      rmSync(join(folder, inFolder(path)))
    }
    for (const path of Object.keys(outputs)) {
      if (!merged.has(path)) redirect(folder, inFolder(path), { file, places })
    }
    writeFileSync(join(folder, file), text)
  }
  const left = Object.keys(outputs).filter((path) => !merged.has(path))
  await checkImports(folder, left.map(inFolder))
}

/** Throws where a file imports what is not there: else only the command that needs it would find out. */
async function checkImports(folder: string, files: readonly string[]): Promise<void> {
  await build({
    absWorkingDir: folder,
    entryPoints: [...files],
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    write: false,
    logLevel: 'warning',
  })
}

/** All that importing the sources loads at once, without themselves: whoever imports one gets all of its exports. */
function loadedWith(outputs: Outputs, sources: readonly string[]): ReadonlySet<string> {
  const isEntry = (path: string) => outputs[path]?.entryPoint !== undefined
  const entries = sources.map((source) => {
    const found = Object.keys(outputs).find((path) => outputs[path]?.entryPoint === source)
    if (found === undefined)
      throw new Error(`expected a file that is imported late, found ${source}`)
    return found
  })
  const loaded = new Set(entries)
  for (const path of loaded) {
    for (const { path: to, kind, external } of outputs[path]?.imports ?? []) {
      if (external !== true && kind === 'import-statement') loaded.add(to)
    }
  }
  return new Set([...loaded].filter((path) => !isEntry(path)))
}

/** One module with all that the files export, and no other import than theirs of others. */
async function mergedText(
  folder: string,
  files: readonly string[],
  exported: readonly (readonly string[])[],
): Promise<string> {
  const members = new Set(files.map((file) => join(folder, file)))
  const contents = files.map((file, index) => {
    const names = exported[index]?.map((name) => `${name} as ${mergedAs(name, index)}`) ?? []
    return names.length === 0
      ? `import './${file}'`
      : `export { ${names.join(', ')} } from './${file}'`
  })
  const { outputFiles } = await build({
    // Paths from here stand in comments, and so in the hash.
    absWorkingDir: folder,
    stdin: { contents: contents.join('\n'), resolveDir: folder },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    write: false,
    logLevel: 'warning',
    plugins: [
      {
        name: 'members-only',
        setup(bundler) {
          bundler.onResolve({ filter: /^\./ }, ({ path, resolveDir }) =>
            members.has(join(resolveDir, path)) ? undefined : { path, external: true },
          )
        },
      },
    ],
  })
  const [output] = outputFiles
  if (output === undefined) throw new Error(`expected ${files.join(', ')} as one file, found none`)
  return output.text
}

function mergedAs(name: string, index: number): string {
  return `${name}_${index}`
}

interface Merged {
  readonly file: string
  /** File that is part of it to its place among them. */
  readonly places: ReadonlyMap<string, number>
}

/** The imports of a file, from the merged one where what they name is in it now. */
function redirect(folder: string, file: string, { file: merged, places }: Merged): void {
  const text = readFileSync(join(folder, file), 'utf8')
  const path = relative(dirname(file), merged)
  const from = path.startsWith('.') ? path : `./${path}`
  const taken: string[] = []
  let isLoaded = false
  const rest = text.replaceAll(
    /^import (?:\{([^}]*)\} from )?"(\.[^"]+)";\n/gm,
    (statement, names: string | undefined, to: string) => {
      const index = places.get(join(dirname(file), to))
      if (index === undefined) return statement
      isLoaded = true
      for (const each of names?.split(',') ?? []) {
        const [name = '', local = name] = each.trim().split(' as ')
        if (name !== '') taken.push(`${mergedAs(name, index)} as ${local}`)
      }
      return ''
    },
  )
  if (!isLoaded) return
  const what = taken.length === 0 ? '' : `{ ${taken.join(', ')} } from `
  writeFileSync(join(folder, file), `import ${what}"${from}";\n${rest}`)
}
