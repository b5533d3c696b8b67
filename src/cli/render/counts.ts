/** Numbers and lists as people read them: plural forms, thousands, durations, the time of day. */

/** `1 row`, `20,000 rows`, `2 analyses`. */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${count === 1 ? noun : pluralOf(noun)}`
}

function pluralOf(noun: string): string {
  if (noun.endsWith('sis')) return `${noun.slice(0, -2)}es`
  if (/(?:s|x|ch|sh)$/.test(noun)) return `${noun}es`
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`
  return `${noun}s`
}

/** With a comma between thousands, whatever the locale. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',')
}

/** `812 bytes`, `34 kB`, `1.2 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return plural(bytes, 'byte')
  const units = ['kB', 'MB', 'GB', 'TB'] as const
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3))
  const amount = bytes / 1000 ** power
  return `${amount < 10 ? amount.toFixed(1) : String(Math.round(amount))} ${units[power - 1] ?? ''}`
}

/** `0.21s`, `12.3s`, `1m 03s`, `2h 05m`. */
export function formatDuration(elapsedMs: number): string {
  const seconds = elapsedMs / 1000
  if (seconds < 0.995) return `${seconds.toFixed(2)}s`
  if (seconds < 59.95) return `${seconds.toFixed(1)}s`
  const wholeSeconds = Math.round(seconds)
  const twoDigits = (value: number): string => String(value).padStart(2, '0')
  if (wholeSeconds < 3600) {
    return `${Math.floor(wholeSeconds / 60)}m ${twoDigits(wholeSeconds % 60)}s`
  }
  const wholeMinutes = Math.round(seconds / 60)
  return `${Math.floor(wholeMinutes / 60)}h ${twoDigits(wholeMinutes % 60)}m`
}

/** `14:03:07`, in the time zone of the machine. */
export function formatTimeOfDay(time: Date): string {
  return [time.getHours(), time.getMinutes(), time.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':')
}

/** `a`, `a and b`, `a, b and c`, `a, b, c and 4 more`. */
export function enumerate(names: readonly string[], most = 4): string {
  const shown = names.length > most ? names.slice(0, most - 1) : names
  const rest = names.length - shown.length
  const parts = rest > 0 ? [...shown, `${formatCount(rest)} more`] : shown
  if (parts.length < 2) return parts.join('')
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`
}
