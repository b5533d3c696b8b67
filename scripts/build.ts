/** `npm run build`: the sources to a few files in `dist/`, since loading 150 small modules takes longer than most commands. */
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { mergeChunks } from './merge-chunks.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const place = join(root, 'dist')
// Beside dist, not in node_modules, which may be a disk of its own: in containers it often is.
const temporary = mkdtempSync(join(root, '.assay-build-'))
const made = join(temporary, 'made')
const former = join(temporary, 'former')

try {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/cli/main.ts', 'src/index.ts'],
    outbase: 'src',
    outdir: made,
    bundle: true,
    splitting: true,
    // Packages are loaded from node_modules, the heavy ones when they are first needed.
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    chunkNames: 'chunks/[name]-[hash]',
    plugins: [bundledCommander(), requiredPackages()],
    logLevel: 'warning',
    metafile: true,
  })
  await mergeChunks(root, made, metafile)
  // By itself: it becomes part of what the projects of users are compiled to.
  await build({
    absWorkingDir: root,
    entryPoints: ['src/core/authoring/authoring.ts'],
    outbase: 'src',
    outdir: made,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    logLevel: 'warning',
  })
  await buildDashboard()
  writeTypes()
  // What was there works until the new is whole.
  if (existsSync(place)) renameSync(place, former)
  renameSync(made, place)
} finally {
  rmSync(temporary, { recursive: true, force: true })
}

/** The page that the server gives: it runs in browsers, with all it needs in it. */
async function buildDashboard(): Promise<void> {
  const sources = join('src', 'serve', 'dashboard', 'browser')
  const folder = join(made, 'dashboard')
  await build({
    absWorkingDir: root,
    entryPoints: [
      { in: join(sources, 'main.ts'), out: 'page' },
      { in: join(sources, 'page', 'page.css'), out: 'page' },
    ],
    outdir: folder,
    bundle: true,
    minify: true,
    legalComments: 'inline',
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'warning',
  })
  for (const file of ['index.html', 'icon.svg']) {
    copyFileSync(join(root, sources, 'page', file), join(folder, file))
  }
}

/** Only those that the package's entry shows: the compiler writes those of the whole program. */
function writeTypes(): void {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const all = join(temporary, 'types')
  const args = [compiler, '-p', 'tsconfig.build.json', '--outDir', all]
  const done = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
  if (done.status !== 0) throw new Error('the types could not be written')
  for (const path of shownTypes(all)) {
    mkdirSync(dirname(join(made, path)), { recursive: true })
    copyFileSync(join(all, path), join(made, path))
  }
}

/** What `index.d.ts` imports, directly or through others, relative to the folder. */
function shownTypes(folder: string): ReadonlySet<string> {
  const shown = new Set(['index.d.ts'])
  for (const path of shown) {
    const text = readFileSync(join(folder, path), 'utf8')
    for (const [, from = ''] of text.matchAll(/from ['"](\.[^'"]+)\.ts['"]/g)) {
      shown.add(relative(folder, join(folder, dirname(path), `${from}.d.ts`)))
    }
  }
  return shown
}

/**
 * Every command needs commander: one of its files brings the modules for processes and networks, for commands that are
 * programs of their own, which takes longer than all the rest of it. Here it is a part of the program, and they wait.
 */
function bundledCommander(): Plugin {
  return {
    name: 'bundled-commander',
    setup(bundler) {
      const entry = createRequire(import.meta.url).resolve('commander')
      bundler.onResolve({ filter: /^commander$/ }, () => ({ path: entry }))
      bundler.onLoad({ filter: /[\\/]commander[\\/].*\.js$/ }, ({ path }) => ({
        contents: withLateBuiltins(readFileSync(path, 'utf8')),
      }))
    },
  }
}

function withLateBuiltins(text: string): string {
  const get = (name: string) => `process.getBuiltinModule('${name}')`
  const spawn = `{ spawn: (...given) => ${get('node:child_process')}.spawn(...given) }`
  return text
    .replace(/^const process = require\('node:process'\);$/m, '')
    .replaceAll("require('node:child_process')", spawn)
    .replaceAll(/require\('(node:\w+)'\)/g, (_, name: string) => get(name))
}

/**
 * Packages of CommonJS are loaded by `require`: node reads all files of an imported one twice, to find the names it
 * exports, which takes longer than running them (DuckDB's driver: 0.25 s in place of 0.1 s).
 */
function requiredPackages(): Plugin {
  return {
    name: 'required-packages',
    setup(bundler) {
      const filter = /^(?:@duckdb\/node-api|csv-parse\/sync|handlebars\/.*|pg|pg-copy-streams)$/
      bundler.onResolve({ filter }, ({ path }) => ({ path, namespace: 'required' }))
      bundler.onLoad({ filter: /.*/, namespace: 'required' }, ({ path }) => ({
        contents: moduleOf(path),
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
const loaded = createRequire(import.meta.url)(${JSON.stringify(name)})
export default loaded
${names.map((key) => `export const ${key} = loaded.${key}`).join('\n')}`
}
