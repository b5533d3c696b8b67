/** Moments and batches of event time, all of them UTC. */

export const batchSizes = ['hour', 'day', 'month', 'year'] as const
export type BatchSize = (typeof batchSizes)[number]

/** ISO 8601 as a config or a flag writes it, UTC where it names no zone; undefined: it is no moment. */
export function readMoment(text: string | undefined): string | undefined {
  const parts =
    /^(\d{4})-(\d{2})(?:-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)?\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)?)?)?$/i.exec(
      text?.trim() ?? '',
    )
  if (parts === null) return undefined
  const [, year = '', month = '', day = '01', hour = '00', minute = '00', second = '00'] = parts
  const [fraction = '', zone = 'Z'] = parts.slice(7)
  const milliseconds = fraction.slice(0, 4)
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}${milliseconds}${zoneText(zone)}`
  const moment = new Date(iso)
  if (Number.isNaN(moment.getTime())) return undefined
  // A day that a month does not have is carried over into the next one.
  const isCarried = new Date(`${year}-${month}-${day}T00:00:00Z`).getUTCDate() !== Number(day)
  return isCarried ? undefined : moment.toISOString()
}

function zoneText(zone: string): string {
  if (/^(?:z|utc)$/i.test(zone)) return 'Z'
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0')
  return `${zone.slice(0, 1)}${digits.slice(0, 2)}:${digits.slice(2)}`
}

/** The start of the batch that the moment lies in. */
export function truncate(iso: string, size: BatchSize): string {
  const at = new Date(iso)
  const month = size === 'year' ? 0 : at.getUTCMonth()
  const day = size === 'year' || size === 'month' ? 1 : at.getUTCDate()
  const hour = size === 'hour' ? at.getUTCHours() : 0
  return new Date(Date.UTC(at.getUTCFullYear(), month, day, hour)).toISOString()
}

/** The end of the batch that the moment lies in; the moment itself where it is the start of one. */
export function ceiling(iso: string, size: BatchSize): string {
  const start = truncate(iso, size)
  return start === new Date(iso).toISOString() ? start : shift(start, size, 1)
}

/** So many batches later, or earlier; of the start of one. */
export function shift(iso: string, size: BatchSize, count: number): string {
  const at = new Date(iso)
  switch (size) {
    case 'hour':
      at.setUTCHours(at.getUTCHours() + count)
      break
    case 'day':
      at.setUTCDate(at.getUTCDate() + count)
      break
    case 'month':
      at.setUTCMonth(at.getUTCMonth() + count)
      break
    case 'year':
      at.setUTCFullYear(at.getUTCFullYear() + count)
      break
  }
  return at.toISOString()
}

/** So long before a moment; the last day of a shorter month where there is no such day. */
export function startOfLast(
  end: string,
  { count, size }: { readonly count: number; readonly size: BatchSize },
): string {
  if (size === 'hour' || size === 'day') return shift(end, size, -count)
  const month = shift(truncate(end, 'month'), size, -count)
  const at = new Date(end)
  const last = new Date(Date.parse(shift(month, 'month', 1)) - 1).getUTCDate()
  const day = Math.min(at.getUTCDate(), last)
  return new Date(
    Date.parse(month) + (day - 1) * 86_400_000 + (at.getTime() % 86_400_000),
  ).toISOString()
}
