import { defineConfig } from 'vitest/config'
import { ClosingLine } from './tests/support/closing-line.ts'
import { findInMemoryFolder } from './tests/support/in-memory-folder.ts'
import { LongestFirst } from './tests/support/longest-first.ts'

// Databases in files wait for the disk at each commit: a fifth of the time of their tests.
const inMemory = findInMemoryFolder()
if (inMemory !== undefined) process.env['TMPDIR'] ??= inMemory

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    globalSetup: ['tests/support/servers.ts'],
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    reporters: ['default', new ClosingLine()],
  },
})
