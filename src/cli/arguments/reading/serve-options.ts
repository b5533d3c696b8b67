/** What `serve` takes from its flags. */
import type { ServeOptions } from '../../../app/use-cases.ts'
import type { FlagValues } from '../flag-values.ts'
import { UsageError } from '../usage-error.ts'
import { project } from './read-selection.ts'

const greatestPort = 65_535

export function serveOptions(flags: FlagValues): ServeOptions {
  const host = flags.text('host')
  const port = flags.wholeNumber('port', 0)
  if (port !== undefined && port > greatestPort) {
    throw new UsageError(`expected a port up to ${greatestPort} for --port, found "${port}"`)
  }
  return {
    ...project(flags),
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
  }
}
