/** `--empty`, `--sample`, `--event-time-start` and `--event-time-end`: which rows of its inputs a run looks at. */
import { type LimitOptions, readSample } from '../../../app/run/input-limit.ts'
import { readMoment } from '../../../core/time/event-time.ts'
import type { FlagValues } from '../flag-values.ts'
import { UsageError } from '../usage-error.ts'

export function partOfRows(flags: FlagValues): LimitOptions {
  const isEmpty = flags.isOn('empty')
  const sample = flags.text('sample')
  const eventTime = eventTimeOf(flags)
  const given = [
    ...(isEmpty ? ['--empty'] : []),
    ...(sample === undefined ? [] : ['--sample']),
    ...(eventTime === undefined ? [] : ['--event-time-start']),
  ]
  if (given.length > 1) {
    throw new UsageError(
      `expected one of --empty, --sample and --event-time-start, found ${given.join(' and ')}`,
      'each says which rows are looked at; leave one of them out',
    )
  }
  return {
    ...(isEmpty ? { empty: true } : {}),
    ...(sample === undefined ? {} : { sample: sampleOf(sample) }),
    ...(eventTime === undefined ? {} : { eventTime }),
  }
}

function sampleOf(text: string) {
  const sample = readSample(text)
  if (sample === undefined) {
    throw new UsageError(
      `expected a length or two moments for --sample, found "${text}"`,
      'for example: --sample "3 days" (hours, days, months, years), or --sample "{start: 2026-01-01, end: 2026-01-08}"',
    )
  }
  if (sample.kind === 'between') refuseBackwards(sample, '--sample')
  return sample
}

/** Both or none: a batch has two ends. */
function eventTimeOf(flags: FlagValues) {
  const [from, to] = [flags.text('eventTimeStart'), flags.text('eventTimeEnd')]
  if (from === undefined && to === undefined) return undefined
  if (from === undefined || to === undefined) {
    const [found, missing] =
      from === undefined
        ? ['--event-time-end', '--event-time-start']
        : ['--event-time-start', '--event-time-end']
    throw new UsageError(
      `expected ${missing} beside ${found}, found none`,
      'name both ends: --event-time-start 2026-01-01 --event-time-end 2026-01-08',
    )
  }
  const window = { start: moment(from, '--event-time-start'), end: moment(to, '--event-time-end') }
  refuseBackwards(window, '--event-time-start and --event-time-end')
  return window
}

function moment(text: string, flag: string): string {
  const found = readMoment(text)
  if (found !== undefined) return found
  throw new UsageError(
    `expected a day or a moment for ${flag}, found "${text}"`,
    'for example: 2026-01-31 or 2026-01-31T06:00:00 (UTC)',
  )
}

function refuseBackwards({ start, end }: { start: string; end: string }, flags: string): void {
  if (start < end) return
  throw new UsageError(
    `expected a start before the end for ${flags}, found ${start} and ${end}`,
    start === end ? 'the end does not belong to it: for one day, end on the next' : undefined,
  )
}
