/** Ends a test run with what it found: how many tests ran on each database, then passed and failed. */
import type { Reporter, TestModule } from 'vitest/node'

const databases = ['duckdb', 'postgres'] as const

export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const count = (state: string) => tests.filter((test) => test.result().state === state).length
    const broken = modules.filter((module) => module.errors().length > 0).length
    const ran = databases.map((name) => {
      const here = tests.filter(
        (test) => test.fullName.includes(name) && test.result().state !== 'skipped',
      )
      return `${here.length} on ${name}`
    })
    const skipped = count('skipped')
    console.log(`databases: ${ran.join(', ')}${skipped === 0 ? '' : ` (${skipped} skipped)`}`)
    console.log(
      `tests: ${count('passed')} passed, ${count('failed') + broken + errors.length} failed`,
    )
  }
}
