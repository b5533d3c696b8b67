import { defineConfig } from 'vitest/config'
import { ClosingLine } from './tests/support/closing-line.ts'
import { findInMemoryFolder } from './tests/support/in-memory-folder.ts'
import { LongestFirst } from './tests/support/longest-first.ts'

// Databases in files wait for the disk at each commit: a fifth of the time of their tests.
const inMemory = findInMemoryFolder()
if (inMemory !== undefined) process.env['TMPDIR'] ??= inMemory

/** The times are for what hangs: a slow machine is no reason to fail. */
const shared = {
  testTimeout: 240_000,
  hookTimeout: 240_000,
  setupFiles: ['tests/support/property-seed.ts'],
}
/** They replace modules that others have loaded already, or measure how much memory their process takes. */
const apart = [
  'tests/promise/unreadable-folders.test.ts',
  'tests/promise/unwritable-folders.test.ts',
  'tests/promise/ingest.test.ts',
  'tests/adapters/duckdb-sessions.test.ts',
]

export default defineConfig({
  test: {
    globalSetup: ['tests/support/servers.ts'],
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    reporters: ['default', new ClosingLine()],
    projects: [
      {
        // One process runs file after file: to start one and load the program takes longer than most files do.
        test: {
          ...shared,
          name: 'together',
          include: ['tests/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...apart],
          isolate: false,
        },
      },
      { test: { ...shared, name: 'apart', include: apart } },
    ],
  },
})
