/** `npm run coverage:dbt`: each row of docs/dbt-rows.yml with the tests that name it, or the reason why none does. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { repository } from './reference/markdown.ts'
import { rowStates, type RowState, type WrittenRow } from './dbt-rows/row-states.ts'

function testTitles(): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'assay-titles-'))
  const file = join(folder, 'titles.json')
  try {
    const vitest = join(repository, 'node_modules', 'vitest', 'vitest.mjs')
    execFileSync(process.execPath, [vitest, 'list', `--json=${file}`], {
      cwd: repository,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const listed: readonly { readonly name: string }[] = JSON.parse(readFileSync(file, 'utf8'))
    return listed.map(({ name }) => name)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function lineOf({ id, weight, feature, state }: RowState): string {
  const head = `${id.padEnd(4)} ${weight.padEnd(6)} ${feature.slice(0, 44).padEnd(44)} `
  switch (state.kind) {
    case 'covered':
      return `${head} covered by ${state.tests} ${state.tests === 1 ? 'test' : 'tests'}`
    case 'reason':
      return `${head} ${state.status}: ${state.why}`
    case 'missing':
      return `${head} MISSING`
  }
}

const rows: Readonly<Record<string, WrittenRow>> = parse(
  readFileSync(join(repository, 'docs', 'dbt-rows.yml'), 'utf8'),
)
const states = rowStates(rows, testTitles())
const missing = states.filter(({ state }) => state.kind === 'missing')
const needed = missing.filter(({ weight }) => weight !== 'niche')
const counts = ['covered', 'different', 'left-out', 'later', 'missing'].map((name) => {
  const count = states.filter(({ state }) =>
    state.kind === 'reason' ? state.status === name : state.kind === name,
  ).length
  return `${count} ${name}`
})
process.stdout.write(`${states.map(lineOf).join('\n')}\n
coverage of dbt: ${states.length} rows: ${counts.join(', ')}; ${needed.length} must or should rows without a test or reason\n`)
process.exitCode = needed.length === 0 ? 0 : 1
