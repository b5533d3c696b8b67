/** The time of the run as text. */
import { isUnknown, madeOf, nothing, type Value } from '../../evaluate/value.ts'
import { fail, type HelperCall, textAt, wrongType } from '../helper-call.ts'

/** When the run began, UTC: every rendering of a node gives the same. */
export function runTime(call: HelperCall): Value {
  const format = formatOf(call)
  if (format === nothing) return nothing
  const startedAt = call.host.runStartedAt()
  if (typeof startedAt !== 'string') return isUnknown(startedAt) ? madeOf(startedAt) : nothing
  const time = new Date(startedAt)
  let unknown: string | undefined
  const text = format.replaceAll(/%(.)/gs, (_, sign: string) => {
    const part = parts[sign]
    if (part === undefined) unknown ??= sign
    return part?.(time) ?? ''
  })
  if (unknown === undefined) return text
  const known = Object.keys(parts).map((sign) => `%${sign}`)
  return fail(call, {
    code: 'wrong-arguments',
    message: `expected one of ${known.join(' ')} in the format of run_time, found "%${unknown}"`,
  })
}

function formatOf(call: HelperCall): string | typeof nothing {
  if (call.args.length > 0) return textAt(call, 0)
  const format = call.named.get('format') ?? '%H:%M:%S'
  if (typeof format === 'string') return format
  return isUnknown(format) ? nothing : wrongType(call, 'text', 0)
}

/** As strftime has them. */
const parts: Readonly<Record<string, (time: Date) => string>> = {
  Y: (time) => String(time.getUTCFullYear()),
  m: (time) => padded(time.getUTCMonth() + 1),
  d: (time) => padded(time.getUTCDate()),
  H: (time) => padded(time.getUTCHours()),
  M: (time) => padded(time.getUTCMinutes()),
  S: (time) => padded(time.getUTCSeconds()),
  '%': () => '%',
}

function padded(value: number): string {
  return String(value).padStart(2, '0')
}
