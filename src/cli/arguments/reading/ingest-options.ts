/** What `ingest` takes from its flags. */
import type { IngestOptions } from '../../../app/use-cases.ts'
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
  return {
    ...selection(flags),
    wait: flags.isOn('wait'),
    ...(isReplay ? { replay: { codes } } : {}),
    ...(isBuild ? { build: { ...buildOptions('build', flags), atomic: true } } : {}),
  }
}
