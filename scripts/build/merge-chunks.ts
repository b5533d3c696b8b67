/** The many small files that splitting makes to one: a start loads twenty of them, which takes longer than running them. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { build, type Metafile } from 'esbuild'

const smallBytes = 4096
/** What is loaded at each start already. */
const lightImports = new Set(['node:fs', 'node:path', 'node:url'])
const mergedName = 'chunks/shared.js'

type Outputs = Metafile['outputs']

/** `folder` holds the outputs; their paths in the metafile lead to it from `root`. */
export async function mergeChunks(
  root: string,
  folder: string,
  { outputs }: Metafile,
): Promise<void> {
  const small = smallChunks(outputs)
  if (small.size < 2) return
  const inFolder = (path: string) => relative(folder, join(root, path))
  const places = new Map([...small].map((path, index) => [inFolder(path), index]))
  const entry = [...small].map((path, index) => {
    const names = (outputs[path]?.exports ?? []).map(
      (name) => `${name} as ${mergedAs(name, index)}`,
    )
    return `export { ${names.join(', ')} } from './${inFolder(path)}'`
  })
  const [merged] = (
    await build({
      stdin: { contents: entry.join('\n'), resolveDir: folder },
      bundle: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      write: false,
      logLevel: 'warning',
    })
  ).outputFiles
  if (merged === undefined) throw new Error('the small chunks could not be merged')
  for (const path of Object.keys(outputs)) {
    const file = inFolder(path)
    if (places.has(file)) rmSync(join(folder, file))
    else redirect(folder, file, places)
  }
  writeFileSync(join(folder, mergedName), merged.contents)
}

function mergedAs(name: string, index: number): string {
  return `${name}_${index}`
}

/** Those that import no other file than such ones, so that merging them makes no cycle. */
function smallChunks(outputs: Outputs): ReadonlySet<string> {
  const small = new Set(
    Object.entries(outputs)
      .filter(([, { bytes, entryPoint }]) => bytes <= smallBytes && entryPoint === undefined)
      .map(([path]) => path),
  )
  const isClosed = (path: string) =>
    (outputs[path]?.imports ?? []).every(({ path: to, kind, external }) =>
      external === true ? lightImports.has(to) : kind === 'import-statement' && small.has(to),
    )
  for (let before = -1; before !== small.size; ) {
    before = small.size
    for (const path of small) if (!isClosed(path)) small.delete(path)
  }
  return small
}

/** The imports of an output, from the merged file where what they name is in it now. */
function redirect(folder: string, file: string, places: ReadonlyMap<string, number>): void {
  const text = readFileSync(join(folder, file), 'utf8')
  const merged = relative(dirname(file), mergedName)
  const from = merged.startsWith('.') ? merged : `./${merged}`
  const redirected = text.replaceAll(
    /^import (?:\{([^}]*)\} from )?"(\.[^"]+)";$/gm,
    (statement, names: string | undefined, to: string) => {
      const index = places.get(join(dirname(file), to))
      if (index === undefined) return statement
      if (names === undefined) return ''
      const taken = names
        .split(',')
        .map((each) => each.trim())
        .filter((each) => each !== '')
        .map((each) => {
          const [name = '', local = name] = each.split(' as ')
          return `${mergedAs(name, index)} as ${local}`
        })
      return `import { ${taken.join(', ')} } from "${from}";`
    },
  )
  if (redirected !== text) writeFileSync(join(folder, file), redirected)
}
