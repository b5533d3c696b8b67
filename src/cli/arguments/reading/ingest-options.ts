/** What `ingest` takes from its flags. */
import type { IngestOptions } from '../../../app/use-cases.ts'
import { nearestName } from '../../../core/diagnostic.ts'
import { deadLetterCodes } from '../../../core/load/dead-letter-codes.ts'
import type { FlagValues } from '../flag-values.ts'
import { UsageError } from '../usage-error.ts'
import { buildOptions } from './building-options.ts'
import { selection } from './read-selection.ts'

export function ingestOptions(flags: FlagValues): IngestOptions {
  const codes = flags.list('reason').flatMap((text) => text.split(/[\s,]+/))
  const isReplay = flags.isOn('replay')
  if (!isReplay && codes.length > 0) {
    throw new UsageError('expected --replay beside --reason, found none')
  }
  const isBuild = flags.isOn('build')
  if (isBuild && isReplay) {
    throw new UsageError(
      'expected --build or --replay, found both',
      'replay first: what is loaded is built by the next build',
    )
  }
  const unknown = codes.find((code) => !Object.hasOwn(deadLetterCodes, code))
  if (unknown !== undefined) {
    const known = Object.keys(deadLetterCodes)
    const near = nearestName(unknown, known)
    throw new UsageError(
      `expected the reason of a dead letter for --reason, found "${unknown}"`,
      near === undefined ? `reasons: ${known.join(', ')}` : `did you mean "${near}"?`,
    )
  }
  return {
    ...selection(flags),
    wait: flags.isOn('wait'),
    ...(isReplay ? { replay: { codes } } : {}),
    ...(isBuild ? { build: { ...buildOptions('build', flags), atomic: true } } : {}),
  }
}
