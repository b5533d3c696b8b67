/** All scenarios, in the order in which they run: a new one is a file and a line. */
import type { Scenario } from './scenario.ts'
import { connectionCut } from './scenarios/connection-cut.ts'
import { diskFull } from './scenarios/disk-full.ts'
import { holderSuspended } from './scenarios/holder-suspended.ts'
import { killAtBoundaries } from './scenarios/kill-at-boundaries.ts'
import { everythingPlay } from './world/plays/everything.ts'
import { generatedPlay } from './world/plays/generated.ts'
import { streamedPlay } from './world/plays/streamed.ts'
import { batchesPlay, wholeRange } from './world/plays/batches.ts'
import { killIngest } from './scenarios/loads/kill-ingest.ts'
import { killRelease } from './scenarios/loads/kill-release.ts'
import { killReplay } from './scenarios/loads/kill-replay.ts'
import { killErase } from './scenarios/kill-erase.ts'
import { killExport } from './scenarios/kill-export.ts'
import { killClone } from './scenarios/kill-clone.ts'
import { killAtRandomTimes } from './scenarios/kill-at-random-times.ts'
import { outputClosed } from './scenarios/output-closed.ts'
import { serverStopped } from './scenarios/server-stopped.ts'
import { severalAtOnce } from './scenarios/several-at-once.ts'

export const scenarios: readonly Scenario[] = [
  killAtBoundaries({
    name: 'kill-first-build',
    about: 'killed during every fourth statement of a first build',
    isFirst: true,
    options: {},
    when: ['sent'],
    commits: ['sent'],
    step: 4,
  }),
  killAtBoundaries({
    name: 'kill-next-build',
    about:
      'killed at every boundary between the statements of a build with new rows, and in every commit',
    isFirst: false,
    options: {},
    when: ['before'],
    commits: ['before', 'sent', 'after'],
  }),
  killAtBoundaries({
    name: 'kill-full-refresh',
    about: 'killed during every sixth statement of a full refresh',
    isFirst: false,
    options: { flags: ['--full-refresh'] },
    when: ['sent'],
    commits: ['sent'],
    step: 6,
  }),
  killAtBoundaries({
    name: 'kill-atomic',
    about: 'killed during every sixth statement of a build that publishes all of it at one moment',
    isFirst: false,
    options: { isAtomic: true },
    when: ['sent'],
    commits: ['sent'],
    step: 6,
  }),
  killAtBoundaries({
    name: 'kill-everything',
    about:
      'killed at every fourth boundary, and around every commit, of a build of histories, quarantine, contracts, hooks, files',
    isFirst: false,
    options: { play: everythingPlay },
    when: ['before'],
    commits: ['before', 'after'],
    step: 4,
  }),
  killAtBoundaries({
    name: 'kill-first-everything',
    about: 'killed during every twelfth statement of the first build of them',
    isFirst: true,
    options: { play: everythingPlay },
    when: ['sent'],
    commits: ['sent'],
    step: 12,
  }),
  killAtBoundaries({
    name: 'kill-files',
    about:
      'killed before, during and after each writing of a file, and each time one takes the place of another',
    isFirst: false,
    engines: ['duckdb'],
    options: { play: everythingPlay },
    when: ['before', 'sent', 'after'],
    commits: [],
    matches: '^copy .*\\sto\\s|^\\(rename',
  }),
  killAtBoundaries({
    name: 'kill-batches',
    about:
      'killed at every other boundary, and in and after every commit, within and between batches, and made good by a plain build',
    isFirst: false,
    options: { play: batchesPlay, flags: wholeRange(), again: 'plain build' },
    when: ['before'],
    commits: ['sent', 'after'],
    step: 2,
  }),
  killAtBoundaries({
    name: 'kill-batches-retry',
    about: 'killed at every fourth of them, and made good by "retry"',
    isFirst: false,
    options: { play: batchesPlay, flags: wholeRange(), again: 'retry' },
    when: ['sent'],
    commits: ['sent', 'after'],
    step: 4,
  }),
  killAtBoundaries({
    name: 'kill-typescript',
    about:
      'killed before and during every statement, and around every commit, of a build of models in TypeScript',
    isFirst: false,
    options: { play: generatedPlay },
    when: ['before', 'sent'],
    commits: ['before', 'sent', 'after'],
  }),
  killAtBoundaries({
    name: 'kill-typescript-atomic',
    about:
      'killed during every other statement of a build that publishes all of them at one moment',
    isFirst: false,
    options: { play: generatedPlay, isAtomic: true },
    when: ['sent'],
    commits: ['sent', 'after'],
    step: 2,
  }),
  killClone,
  killIngest({
    name: 'kill-ingest',
    about:
      'killed before every statement and every step with a file while files are loaded, and in every commit',
    argv: ['ingest'],
    when: ['before'],
    commits: ['before', 'sent', 'after'],
  }),
  killIngest({
    name: 'kill-ingest-build',
    about: 'the same while they are loaded and built in one transaction',
    argv: ['ingest', '--build'],
    when: ['before'],
    commits: ['before', 'sent', 'after'],
  }),
  killReplay,
  killRelease,
  killExport,
  killErase,
  killAtRandomTimes({
    name: 'kill-at-random',
    about: 'killed at random times, with nodes built side by side',
    options: {},
  }),
  killAtRandomTimes({
    name: 'kill-everything-random',
    about: 'the same with histories, quarantine, contracts, hooks, files',
    options: { play: everythingPlay },
  }),
  killAtRandomTimes({
    name: 'kill-streamed',
    about: 'killed at random times while many rows go through models in TypeScript',
    options: { play: streamedPlay },
  }),
  killAtRandomTimes({
    name: 'kill-streamed-atomic',
    about: 'the same where all of them are published at one moment',
    options: { play: streamedPlay, isAtomic: true },
  }),
  serverStopped,
  connectionCut,
  severalAtOnce,
  holderSuspended,
  diskFull,
  outputClosed,
]
