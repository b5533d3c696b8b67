/** The config of a microbatch model to its batches: all of it is checked at once, without a database. */
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import { batchSizes, readMoment } from '../../../core/time/event-time.ts'
import type { Microbatch } from '../../../core/node/incremental.ts'
import { booleanOf, type ConfigEntries, numberOf, oneOf, textOf } from '../resolve-config.ts'

/** What a model without the key is told to write. */
const examples = {
  event_time: 'event_time="ordered_at": the column of the model that says when a row happened',
  begin: 'begin="2026-01-01": where history begins, UTC',
  batch_size: 'batch_size="day", or hour, month, year',
} as const

export function resolveMicrobatch(entries: ConfigEntries, faults: Diagnostic[]): Microbatch {
  const missing = (['event_time', 'begin', 'batch_size'] as const).filter(
    (key) => (textOf(entries, key) ?? '').trim() === '',
  )
  faults.push(
    ...missing.map((key) =>
      errorDiagnostic({
        code: 'missing-key',
        message: `expected "${key}" beside incremental_strategy "microbatch", found none`,
        span: entries['incremental_strategy']?.span,
        hint: examples[key],
      }),
    ),
  )
  return {
    eventTime: textOf(entries, 'event_time') ?? '',
    begin: beginOf(entries, faults),
    batchSize: oneOf(entries, 'batch_size', batchSizes, 'day'),
    lookback: numberOf(entries, 'lookback') ?? 1,
    concurrentBatches: booleanOf(entries, 'concurrent_batches'),
  }
}

function beginOf(entries: ConfigEntries, faults: Diagnostic[]): string {
  const text = textOf(entries, 'begin') ?? ''
  const begin = readMoment(text)
  if (begin !== undefined || text.trim() === '') return begin ?? ''
  faults.push(
    errorDiagnostic({
      code: 'invalid-value',
      message: `expected a day or a moment for "begin", found "${text}"`,
      span: entries['begin']?.span,
      hint: 'for example begin="2026-01-31" or begin="2026-01-31T06:00:00", UTC',
    }),
  )
  return ''
}
