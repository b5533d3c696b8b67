/** Packages of CommonJS as the program loads them: by `require`, the large ones as one file each. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { build, type Metafile, type Plugin } from 'esbuild'

/**
 * File in `packages/` to what it holds. Node reads, compiles and links each of the many small files of these by itself:
 * DuckDB's driver has 90, which takes three times as long as one.
 */
const bundles: Readonly<Record<string, readonly string[]>> = {
  ajv: ['ajv'],
  duckdb: ['@duckdb/node-api'],
  pg: ['pg', 'pg-copy-streams'],
  yaml: ['yaml'],
}

const fromChunks = '../packages/'

/** Where the native library of the machine is found: it stays where it was installed. */
const wayToNative = ['@duckdb/node-api', '@duckdb/node-bindings'] as const

/** Into `folder`. */
export async function buildPackages(root: string, folder: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: Object.keys(bundles).map((name) => ({ in: name, out: name })),
    outdir: join(folder, 'packages'),
    outExtension: { '.js': '.cjs' },
    bundle: true,
    minifyWhitespace: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    external: ['pg-native'],
    plugins: [entries(root)],
    logLevel: 'warning',
    metafile: true,
  })
  return metafile
}

/** Each bundle gives its packages by name. Native libraries are looked for where the package that names them would. */
function entries(root: string): Plugin {
  return {
    name: 'package-entries',
    setup(bundler) {
      bundler.onResolve({ filter: /.*/ }, ({ path, kind }) => {
        if (kind === 'entry-point') return { path, namespace: 'bundle' }
        if (path.endsWith('.node')) return { path, namespace: 'native' }
        return kind === 'require-resolve' ? { path, external: true } : undefined
      })
      bundler.onLoad({ filter: /.*/, namespace: 'bundle' }, ({ path }) => ({
        contents: (bundles[path] ?? [])
          .map((name) => `exports[${quoted(name)}] = require(${quoted(name)})`)
          .join('\n'),
        resolveDir: root,
      }))
      bundler.onLoad({ filter: /.*/, namespace: 'native' }, ({ path }) => {
        const [first, second] = wayToNative.map(quoted)
        return {
          contents: `const { createRequire } = require('node:module')
const driver = createRequire(require.resolve(${first}))
module.exports = createRequire(driver.resolve(${second}))(${quoted(path)})`,
        }
      })
      bundler.onLoad({ filter: /[\\/]detect-libc\.js$/ }, ({ path }) => ({
        contents: withLateProcesses(readFileSync(path, 'utf8')),
      }))
    },
  }
}

/** Only where nothing else says which C library the machine has it asks another program: else the module is not loaded. */
function withLateProcesses(text: string): string {
  const load = "const childProcess = require('child_process');"
  if (!text.includes(load))
    throw new Error('expected detect-libc to load child_process, found none')
  return text.replace(load, '').replaceAll(/\bchildProcess\./g, "require('child_process').")
}

/**
 * Imports of packages of CommonJS become `require`: node reads all files of an imported one twice, to find the names it
 * exports, which takes longer than running them (DuckDB's driver: 0.25 s in place of 0.1 s).
 */
export function requiredPackages(): Plugin {
  return {
    name: 'required-packages',
    setup(bundler) {
      const filter = /^(?:@duckdb\/node-api|csv-parse\/sync|pg|pg-copy-streams|yaml)$/
      bundler.onResolve({ filter }, ({ path }) => ({ path, namespace: 'required' }))
      bundler.onLoad({ filter: /.*/, namespace: 'required' }, ({ path }) => ({
        contents: moduleOf(path),
      }))
      bundler.onLoad({ filter: /[\\/]compile-schema\.ts$/ }, ({ path }) => ({
        contents: withBundled('ajv', readFileSync(path, 'utf8')),
        loader: 'ts',
      }))
    },
  }
}

/** A module that exports what the package does. */
function moduleOf(name: string): string {
  const exported: object = createRequire(import.meta.url)(name)
  const names = Object.keys(exported).filter(
    (key) => /^[A-Za-z_$][\w$]*$/.test(key) && key !== 'default',
  )
  return `import { createRequire } from 'node:module'
const loaded = ${requireOf(name)}
export default loaded
${names.map((key) => `export const ${key} = loaded.${key}`).join('\n')}`
}

/** The source of a module that requires the package itself, when it is needed. */
function withBundled(name: string, text: string): string {
  const required = `createRequire(import.meta.url)('${name}')`
  if (!text.includes(required)) throw new Error(`expected ${required}, found none`)
  return text.replaceAll(required, requireOf(name))
}

/** Holds in files that lie in a folder beside `packages/`. */
function requireOf(name: string): string {
  const required = (path: string) => `createRequire(import.meta.url)(${quoted(path)})`
  const bundle = Object.entries(bundles).find(([, names]) => names.includes(name))
  if (bundle === undefined) return required(name)
  return `${required(`${fromChunks}${bundle[0]}.cjs`)}[${quoted(name)}]`
}

/** Throws for a file that would look for the bundles in the wrong place. */
export function checkPlaces(root: string, folder: string, { outputs }: Metafile): void {
  for (const path of Object.keys(outputs)) {
    const file = join(root, path)
    const isBeside = dirname(dirname(file)) === folder
    if (isBeside || !readFileSync(file, 'utf8').includes(fromChunks)) continue
    throw new Error(`expected packages to be required in a folder of dist/, found ${path}`)
  }
}

function quoted(text: string): string {
  return JSON.stringify(text)
}
