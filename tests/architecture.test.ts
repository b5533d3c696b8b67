/** The import rules of CONTRIBUTING.md: who may import whom, which package has which folder, no cycles. */
import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { globSync } from 'tinyglobby'
import { describe, expect, test } from 'vitest'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const files = globSync('src/**/*.ts', { cwd: root }).sort()

/** A folder and what it may import besides itself and node's own modules. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'src/core': [],
  'src/ledger': ['src/core'],
  'src/project': ['src/core'],
  'src/load': ['src/core', 'src/ledger'],
  'src/transform': ['src/core', 'src/ledger', 'src/project'],
  'src/understand': ['src/core', 'src/project'],
  'src/migrate': ['src/core', 'src/project'],
  'src/serve': ['src/core', 'src/ledger'],
  'src/serve/dashboard/browser': ['src/core'],
  'src/schedule': ['src/core', 'src/ledger'],
  'src/adapters/duckdb': ['src/core'],
  'src/adapters/postgres': ['src/core'],
  'src/app': [
    'src/core',
    'src/ledger',
    'src/project',
    'src/load',
    'src/transform',
    'src/understand',
    'src/migrate',
    'src/serve',
    'src/schedule',
    'src/adapters/duckdb',
    'src/adapters/postgres',
  ],
  'src/cli': ['src/core', 'src/app'],
  'src/index.ts': ['src/core', 'src/app', 'src/cli'],
}

/** Stages never call a later one: a stage may import only those above it. */
const stages: readonly (readonly string[])[] = [
  ['src/project/read', 'src/project/template', 'src/project/typescript'],
  ['src/project/parse'],
  ['src/project/graph'],
  ['src/project/select'],
  ['src/transform/plan'],
  ['src/transform/execute'],
  ['src/transform/artifacts'],
]

/** One package, one importing folder or file (kysely and ajv have rules of their own). */
const packageHome: Readonly<Record<string, string>> = {
  handlebars: 'src/project/template',
  yaml: 'src/project/read',
  ajv: 'src/project/read/compile-schema.ts',
  tinyglobby: 'src/project/read',
  esbuild: 'src/project/typescript',
  acorn: 'src/project/typescript',
  'csv-parse': 'src/transform/execute',
  'csv-stringify': 'src/cli/render',
  commander: 'src/cli',
  chokidar: 'src/transform/watch.ts',
  fastify: 'src/serve/http',
  '@fastify/cors': 'src/serve/http',
  '@fastify/rate-limit': 'src/serve/http',
  '@fastify/swagger': 'src/serve/http',
  'prom-client': 'src/serve/http',
  kysely: 'src/serve',
  uplot: 'src/serve/dashboard/browser/charts',
  '@duckdb/node-api': 'src/adapters/duckdb',
  pg: 'src/adapters/postgres',
  'pg-copy-streams': 'src/adapters/postgres',
  '@observablehq/plot': 'src/understand/report',
  linkedom: 'src/understand/report',
}

interface Import {
  readonly from: string
  readonly to: string
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(root, file), 'utf8')
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s(?:[^'"]*?from\s)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g
  return [...text.matchAll(pattern)].map((match) => {
    const specifier = match[1] ?? match[2] ?? ''
    const to = specifier.startsWith('.')
      ? relative(root, join(root, dirname(file), specifier)).replaceAll('\\', '/')
      : specifier
    return { from: file, to }
  })
}

const imports = files.flatMap(importsOf)
const internal = imports.filter((entry) => entry.to.startsWith('src/'))
const external = imports.filter(
  (entry) => !entry.to.startsWith('src/') && !entry.to.startsWith('node:'),
)

function folderOf(file: string): string | undefined {
  return Object.keys(mayImport)
    .filter((folder) => file === folder || file.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length)[0]
}

function stageOf(file: string): number {
  return stages.findIndex((folders) => folders.some((folder) => file.startsWith(`${folder}/`)))
}

describe('architecture', () => {
  test('there are files to look at', () => {
    expect(files.length).toBeGreaterThan(10)
    expect(internal.length).toBeGreaterThan(10)
  })

  test('every file lies in a folder of the house', () => {
    expect(files.filter((file) => folderOf(file) === undefined)).toEqual([])
  })

  test('imports go only as the table says', () => {
    const faults = internal.filter(({ from, to }) => {
      const source = folderOf(from)
      const target = folderOf(to)
      if (source === undefined || target === undefined || source === target) return false
      return !(mayImport[source] ?? []).includes(target)
    })
    expect(faults).toEqual([])
  })

  test('a stage never imports a later one', () => {
    const faults = internal.filter(({ from, to }) => {
      const source = stageOf(from)
      return source >= 0 && stageOf(to) > source
    })
    expect(faults).toEqual([])
  })

  test('one package, one importing folder', () => {
    const faults = external.filter(({ from, to }) => {
      const name = to.startsWith('@')
        ? to.split('/').slice(0, 2).join('/')
        : (to.split('/')[0] ?? '')
      const home = packageHome[name]
      return home === undefined || !(from === home || from.startsWith(`${home}/`))
    })
    expect(faults).toEqual([])
  })

  test('no cycle, not even of types', () => {
    const next = new Map<string, readonly string[]>()
    for (const file of files)
      next.set(
        file,
        internal.filter((entry) => entry.from === file).map((entry) => entry.to),
      )
    const done = new Set<string>()
    const cycles: string[] = []
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) {
        cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '))
        return
      }
      if (done.has(file)) return
      for (const to of next.get(file) ?? []) visit(to, [...path, file])
      done.add(file)
    }
    for (const file of files) visit(file, [])
    expect(cycles).toEqual([])
  })
})
