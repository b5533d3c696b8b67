/** `npm run build`: the sources to a few files in `dist/`, since loading 150 small modules takes longer than most commands. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const place = join(root, 'dist')
const temporary = mkdtempSync(join(root, 'node_modules', '.assay-build-'))
const made = join(temporary, 'made')
const former = join(temporary, 'former')

try {
  await build({
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
    logLevel: 'warning',
  })
  writeTypes()
  // What was there works until the new is whole.
  if (existsSync(place)) renameSync(place, former)
  renameSync(made, place)
} finally {
  rmSync(temporary, { recursive: true, force: true })
}

/** Only those that the package's entry shows. */
function writeTypes(): void {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const args = [compiler, '-p', 'tsconfig.build.json', '--outDir', made]
  const done = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
  if (done.status !== 0) throw new Error('the types could not be written')
}
