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
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Metafile } from 'esbuild'
import { inlinedPackages } from './build/inlined-packages.ts'
import { writeLicences } from './build/licences.ts'
import { mergeChunks } from './build/merge-chunks.ts'
import { buildPackages, checkPlaces, requiredPackages } from './build/required-packages.ts'

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
    plugins: [inlinedPackages(), requiredPackages()],
    logLevel: 'warning',
    metafile: true,
  })
  checkPlaces(root, made, metafile)
  await mergeChunks(root, made, metafile)
  const packages = await buildPackages(root, made)
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
  const dashboard = await buildDashboard()
  writeLicences(root, made, [metafile, packages, dashboard])
  writeTypes()
  // What was there works until the new is whole.
  if (existsSync(place)) renameSync(place, former)
  renameSync(made, place)
} finally {
  rmSync(temporary, { recursive: true, force: true })
}

/** The page that the server gives: it runs in browsers, with all it needs in it. */
async function buildDashboard(): Promise<Metafile> {
  const sources = join('src', 'serve', 'dashboard', 'browser')
  const folder = join(made, 'dashboard')
  const { metafile } = await build({
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
    metafile: true,
  })
  for (const file of ['index.html', 'icon.svg']) {
    copyFileSync(join(root, sources, 'page', file), join(folder, file))
  }
  return metafile
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
