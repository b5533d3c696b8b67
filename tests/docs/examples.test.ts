/** The examples of the pages are run: files are written, commands print what the page shows, on every database. */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type TestAdapter, testAdapters } from '../support/adapters.ts'
import { copyFlagship, isOfPart } from '../support/copy-flagship.ts'
import { splitWords } from '../support/split-words.ts'
import { createTestProject, type TestProject } from '../support/test-project.ts'
import { withoutVariation } from '../support/without-variation.ts'
import { type Block, blocksOf, pages, readPage, repository } from './pages.ts'
import { elideAlike, isElidedFrom } from './elided.ts'
import { runTogether } from './run-together.ts'

const withExamples = pages.filter((page) =>
  blocksOf(readPage(page)).some((block) => block.kind === 'console'),
)

describe.each(testAdapters())('examples on $name', (adapter) => {
  test.each(withExamples)('%s', async (page) => {
    const markdown = readPage(page)
    const played = await playPage(adapter, markdown)
    // `vitest -u` writes the pages anew from what DuckDB printed.
    if (adapter.name === 'duckdb') {
      await expect(played).toMatchFileSnapshot(join(repository, page))
    } else expect(played).toBe(markdown)
  })
})

/** The page, with other output where a command printed something else than it shows. */
async function playPage(adapter: TestAdapter, markdown: string): Promise<string> {
  const pieces: string[] = []
  let end = 0
  let project = await createTestProject(adapter, {})
  for (const block of blocksOf(markdown)) {
    if (block.kind === 'new project' || block.kind === 'flagship') {
      await rm(project.folder, { recursive: true, force: true })
      project = await createTestProject(adapter, {})
      if (block.kind === 'flagship') {
        await copyFlagship(project.folder, (path) => isOfPart(block.parts, path))
      }
    }
    if (block.kind === 'file' && isFor(block, adapter))
      await project.write({ [block.path]: block.text })
    if (block.kind !== 'console' || !isFor(block, adapter)) continue
    pieces.push(markdown.slice(end, block.start), await playConsole(adapter, project, block))
    end = block.start + block.text.length
  }
  await rm(project.folder, { recursive: true, force: true })
  return [...pieces, markdown.slice(end)].join('')
}

function isFor(block: Block, adapter: TestAdapter): boolean {
  return block.adapter === '' || block.adapter === adapter.name
}

async function playConsole(
  adapter: TestAdapter,
  project: TestProject,
  block: Block,
): Promise<string> {
  const commands = block.text.split(/^(?=\$ )/m)
  const printed: string[] = []
  for (const [index, command] of commands.entries()) {
    const [line = '', ...shown] = command.split('\n')
    const { output, exitCode } = await play(adapter, project, line)
    const isLast = index === commands.length - 1
    expect(exitCode, `${line}\n${output}`).toBe(isLast ? block.exitCode : 0)
    const text = shown.join('\n')
    const isSame =
      isElidedFrom(comparable(text, project), comparable(output, project)) ||
      isElidedFrom(text, output)
    printed.push(isSame ? command : `${line}\n${elideAlike(text, presentable(output))}`)
  }
  return printed.join('')
}

interface Played {
  readonly output: string
  readonly exitCode: number
}

const scripts: Readonly<Record<string, readonly string[]>> = {
  'npm ci && npm start': [
    'ingest --select source:growth.sample',
    'build',
    'show --select leading_arms --limit 12',
  ],
}

async function play(adapter: TestAdapter, project: TestProject, line: string): Promise<Played> {
  const command = line.replace(/^\$ (?:npx )?/, '')
  const [, file] = /^cat (\S+)$/.exec(command) ?? []
  if (file !== undefined) {
    return { output: await readFile(join(project.folder, file), 'utf8'), exitCode: 0 }
  }
  const words = scripts[command] ?? [command.replace(/^assay /, '')]
  expect(command, 'a command that tests can run').toMatch(/^assay |^npm ci && npm start$/)
  const outputs: string[] = []
  let exitCode = 0
  for (const each of words) {
    const ran = await runTogether(splitWords(each), {
      cwd: project.folder,
      // One thread: nodes end in the order they are shown in.
      env: {
        ...project.env,
        ASSAY_TARGET: adapter.name === 'duckdb' ? undefined : adapter.name,
        ASSAY_THREADS: '1',
      },
    })
    outputs.push(ran.output)
    exitCode = ran.exitCode
  }
  const threads = await threadsOf(project)
  return { output: outputs.join('').replaceAll(/, 1 thread$/gm, `, ${threads}`), exitCode }
}

/** As a person would see them, whose commands have what assay.yml says. */
async function threadsOf({ folder }: TestProject): Promise<string> {
  const text = await readFile(join(folder, 'assay.yml'), 'utf8').catch(() => '')
  const count = /\bthreads: (\d+)/.exec(text)?.[1] ?? '4'
  return count === '1' ? '1 thread' : `${count} threads`
}

/** What may differ from run to run, and from machine to machine, taken out. */
function comparable(output: string, project: TestProject): string {
  return withoutVariation(output, project)
    .replaceAll(/ (?:on|from) \S+ \((?:<database>|(?:duckdb|postgres) [^)]*)\)/g, ' on <target>')
    .replaceAll(/ \w+: (?:<database>|duckdb \S+|postgres \S+)/g, ' <target>')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d\d/g, '<moment>')
    .replaceAll(/\d+\.\d+\.\d+(?:-test)?/g, '<version>')
    .replaceAll(/ +<time>/g, ' <time>')
    .trimEnd()
}

/** What a person would see, who has no test version. */
function presentable(output: string): string {
  return output.replaceAll('0.0.0-test', '0.1.0').replaceAll(/ +$/gm, '')
}
