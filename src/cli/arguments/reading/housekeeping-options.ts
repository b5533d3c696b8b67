/** What the commands around a project take from their words and flags. */
import type { FlagValues } from '../flag-values.ts'
import { type Shell, shells } from '../shells.ts'
import { project } from './read-selection.ts'
import { UsageError } from '../usage-error.ts'
import type { Call } from '../request.ts'

export function initFlags(flags: FlagValues) {
  const folder = flags.word(0)
  const name = flags.text('name')
  if (name !== undefined && !/^[A-Za-z_]\w*$/.test(name)) {
    throw new UsageError(
      `expected letters, digits and underscores for --name, found "${name}"`,
      'for example: assay init shop --name shop',
    )
  }
  return {
    ...(folder === '' ? {} : { folder }),
    ...(name === undefined ? {} : { name }),
  }
}

export function readGenerate(flags: FlagValues): Extract<Call, { readonly name: 'generate' }> {
  const word = flags.word(0)
  if (word === 'experiment') return readGenerateExperiment(flags)
  if (word !== 'events') {
    throw new UsageError(
      `expected "events" or "experiment" after "assay generate", found "${word}"`,
      'write "assay generate events"',
    )
  }
  const format = flags.oneOf('format', ['jsonl', 'csv'], 'jsonl')
  const events = flags.wholeNumber('events', 1) ?? 10_000
  return {
    name: 'generate',
    options: {
      ...project(flags),
      kind: 'events',
      events,
      seed: flags.wholeNumber('seed', 0) ?? 1,
      users: flags.wholeNumber('users', 1) ?? Math.max(1, Math.ceil(events / 20)),
      products: flags.wholeNumber('products', 1) ?? 120,
      days: flags.wholeNumber('days', 1) ?? 30,
      start: startOf(flags.text('start') ?? '2025-01-01'),
      batchSize: flags.wholeNumber('batchSize', 1) ?? 10_000,
      dirt: dirtOf(flags),
      format,
      output: flags.text('output') ?? (format === 'csv' ? 'seeds/events.csv' : 'incoming/events'),
    },
  }
}

function readGenerateExperiment(flags: FlagValues): Extract<Call, { readonly name: 'generate' }> {
  const lift = Number(flags.text('lift') ?? '0.15')
  if (!(lift > -1 && lift <= 10)) {
    throw new UsageError(
      `expected a share from -1 to 10 for --lift, found "${flags.text('lift') ?? ''}"`,
      '0.15: treated users at the checkout buy 15% more often',
    )
  }
  return {
    name: 'generate',
    options: {
      ...project(flags),
      kind: 'experiment',
      seed: flags.wholeNumber('seed', 0) ?? 1,
      users: flags.wholeNumber('users', 1) ?? 10_000,
      products: flags.wholeNumber('products', 1) ?? 120,
      days: flags.wholeNumber('days', 1) ?? 30,
      start: startOf(flags.text('start') ?? '2025-01-01'),
      lift,
      dirt: dirtOf(flags),
      output: flags.text('output') ?? 'incoming/experiment',
    },
  }
}

function dirtOf(flags: FlagValues): number {
  const dirt = flags.positiveNumber('dirt') ?? 0
  if (dirt > 1) throw new UsageError(`expected a share from 0 to 1 for --dirt, found "${dirt}"`)
  return dirt
}

function startOf(text: string): string {
  const date = new Date(`${text}T00:00:00Z`)
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(date.getTime())) {
    if (date.toISOString().startsWith(text)) return text
  }
  throw new UsageError(`expected a day like 2025-01-01 for --start, found "${text}"`)
}

export function readShell(word: string): Shell {
  const shell = shells.find((each) => each === word)
  if (shell !== undefined) return shell
  throw new UsageError(
    `expected one of ${shells.map((each) => `"${each}"`).join(', ')} after "assay completion", found "${word}"`,
  )
}
