/** Arrival values in the order in which rows arrive in a history, in the type of their column. */

/** `undefined` from `arrivalKindOf`: values of the type cannot be made (xid8, uuid). */
export type ArrivalKind = 'number' | 'timestamp' | 'date' | 'text'

export function arrivalKindOf(dataType: string): ArrivalKind | undefined {
  const type = dataType.toLowerCase()
  if (
    /^u?(?:tiny|small|big|huge)?int(?!erval)|^int\d|^(?:numeric|decimal|double|float|real)/.test(
      type,
    )
  ) {
    return 'number'
  }
  if (type.startsWith('timestamp')) return 'timestamp'
  if (type === 'date') return 'date'
  return /^(?:text|varchar|character varying)/.test(type) ? 'text' : undefined
}

export interface ArrivalPlace {
  /** Among all rows of its root, from 0. */
  readonly position: number
  /** Rows that arrive together have the same; later ones a greater one. */
  readonly delivery: number
}

/** Gives the text of the values, which grow with the place; `values` are those of the sample, for where to begin. */
export function arrivalValues(
  kind: ArrivalKind,
  values: readonly (string | null)[],
): (place: ArrivalPlace) => string {
  switch (kind) {
    case 'number': {
      const first = leastNumber(values)
      return ({ position }) => String(first + BigInt(position))
    }
    case 'timestamp': {
      const first = leastTime(values)
      const zone = values.some((value) => /[+-]\d\d(?::?\d\d)?$/.test(value ?? '')) ? '+00' : ''
      return ({ position }) => {
        const time = new Date(first + position * 1000).toISOString()
        return `${time.slice(0, 19).replace('T', ' ')}${zone}`
      }
    }
    case 'date': {
      const first = leastTime(values)
      return ({ delivery }) => new Date(first + delivery * dayMs).toISOString().slice(0, 10)
    }
    case 'text':
      return ({ position }) => String(position + 1).padStart(8, '0')
  }
}

const dayMs = 86_400_000

function leastNumber(values: readonly (string | null)[]): bigint {
  const numbers = values.flatMap((value) => {
    const digits = /^-?\d+/.exec(value ?? '')?.[0]
    return digits === undefined ? [] : [BigInt(digits)]
  })
  return numbers.reduce((least, number) => (number < least ? number : least), numbers[0] ?? 1n)
}

function leastTime(values: readonly (string | null)[]): number {
  const times = values.flatMap((value) => timeOf(value) ?? [])
  return times.reduce((least, time) => Math.min(least, time), times[0] ?? Date.UTC(2001, 0, 1))
}

/** Milliseconds since 1970 of a date or timestamp in a database's text, its zone left out; undefined: it is none. */
export function timeOf(text: string | null): number | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d))?/.exec(text ?? '')
  if (match === null) return undefined
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => (part === undefined ? 0 : Number(part)))
  return Date.UTC(year, month - 1, day, hour, minute, second)
}
