/** Every folder of tests/cases is a small project and what its commands print, on each database: see tests/cases/README.md. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { testAdapters } from './support/adapters.ts'
import type { Ran } from './support/run-assay.ts'
import { splitWords } from './support/split-words.ts'
import { createTestProject, type TestProject } from './support/test-project.ts'
import { withoutVariation } from './support/without-variation.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), 'cases')
const folders = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(root, entry.name, 'case.yml')))
  .map((entry) => entry.name)
  .sort()
const adapters = testAdapters()

/** With the rows of docs/dbt-rows.yml that the case shows. */
const cases = folders.map((name) => {
  const spec: Case = parse(readFileSync(join(root, name, 'case.yml'), 'utf8'))
  return { name, spec, title: spec.rows === undefined ? name : `${name} [${spec.rows.join(', ')}]` }
})

interface Step {
  /** The words after `assay`. */
  readonly run?: string
  readonly exit?: number
  /** A file that is printed. */
  readonly read?: string
  /** Files to write (null: to remove) before the next command. */
  /** The clock of this command and those that follow, e.g. 2026-01-31T12:00:00Z. */
  readonly at?: string
  readonly write?: Readonly<Record<string, string | null>>
}

interface Case {
  readonly shows: string
  /** Ids of docs/dbt-rows.yml. */
  readonly rows?: readonly string[]
  readonly adapters?: readonly string[]
  readonly steps: readonly Step[]
}

const ran = new Map<string, number>()

const titled = cases.map((each) => [each.title, each] as const)

describe.each(adapters)('cases on $name', (adapter) => {
  // `%s`, since `$title` is cut after forty characters, and the rows with it.
  test.each(titled)('%s', async (_, { name, spec }) => {
    const folder = join(root, name)
    if (spec.adapters !== undefined && !spec.adapters.includes(adapter.name)) return
    const project = await createTestProject(adapter, { folder: join(folder, 'project') })
    const pieces: string[] = []
    for (const step of spec.steps) pieces.push(await play(project, step))
    const own = join(folder, 'expected', `${adapter.name}.txt`)
    const shared = join(folder, 'expected', 'transcript.txt')
    await expect(pieces.join('')).toMatchFileSnapshot(existsSync(own) ? own : shared)
    ran.set(adapter.name, (ran.get(adapter.name) ?? 0) + 1)
    await rm(project.folder, { recursive: true, force: true })
  })
})

afterAll(() => {
  const counts = [...ran].map(([name, count]) => `${count} on ${name}`)
  console.log(`cases: ${counts.join(', ')}`)
})

async function play(project: TestProject, step: Step): Promise<string> {
  if (step.at !== undefined) project.setClock(step.at)
  const files = Object.entries(step.write ?? {})
  await project.write(Object.fromEntries(files.map(([path, text]) => [path, text ?? undefined])))
  const written = files.map(([path, text]) => `# ${text === null ? 'removed' : 'wrote'} ${path}\n`)
  if (step.read !== undefined) written.push(await printed(project, step.read))
  if (step.run === undefined) return written.join('')
  const done = await project.assay(...splitWords(step.run))
  const transcript = transcriptOf(step.run, done)
  expect(done.exitCode, transcript).toBe(step.exit ?? 0)
  return `${written.join('')}${withoutVariation(transcript, project)}\n`
}

async function printed(project: TestProject, path: string): Promise<string> {
  const text = await readFile(join(project.folder, path), 'utf8')
  return `# ${path}\n${withoutVariation(text, project)}\n`
}

function transcriptOf(command: string, { exitCode, stdout, stderr }: Ran): string {
  const errors = stderr === '' ? '' : `--- stderr\n${stderr}`
  return `$ assay ${command}\n${stdout}${errors}--- exit ${exitCode}\n`
}
