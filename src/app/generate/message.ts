/** What a shopper did, as the record that a tracking library would send: GA4's names, `items` a text in the platform's way. */

export interface Item {
  readonly item_id: string
  readonly item_name: string
  readonly item_list_id: string | null
  readonly item_list_name: string | null
  readonly price: number
  readonly discount: number
  readonly coupon: string | null
  readonly campaign_codes: string | null
  readonly quantity: number | null
  readonly installments: number | null
  readonly in_stock: boolean
}

export interface Message {
  readonly eventId: string | null
  readonly eventName: string
  /** Microseconds since 1970. */
  readonly time: number
  readonly userId: string | null
  readonly anonymousId: string | null
  readonly platform: string
  readonly transactionId: string | null
  readonly experimentId: string | null
  readonly experimentVariant: string | null
  readonly items: readonly Item[]
}

/** The columns of the raw table, in the order of the record's keys. */
export const recordColumns = [
  'event_id',
  'event_name',
  'event_timestamp',
  'user_id',
  'user_pseudo_id',
  'platform',
  'transaction_id',
  'currency',
  'experiment_id',
  'experiment_variant',
  'items',
] as const

export type EventRecord = Readonly<Record<(typeof recordColumns)[number], string | number | null>>

/** iOS sends `items` as Python would write it, the others as JSON; the web sends times as text, the others as microseconds. */
export function recordOf(message: Message): EventRecord {
  const { items, platform } = message
  const itemsText = platform === 'ios' ? pythonOf(items) : JSON.stringify(items.map(withoutNulls))
  return {
    event_id: message.eventId,
    event_name: message.eventName,
    event_timestamp: platform === 'web' ? isoOf(message.time) : message.time,
    user_id: message.userId,
    user_pseudo_id: message.anonymousId,
    platform,
    transaction_id: message.transactionId,
    currency: items.length === 0 ? null : 'USD',
    experiment_id: message.experimentId,
    experiment_variant: message.experimentVariant,
    items: items.length === 0 ? null : itemsText,
  }
}

/** `2025-01-01T10:00:00.123456Z` */
export function isoOf(microseconds: number): string {
  const text = new Date(Math.floor(microseconds / 1000)).toISOString()
  return `${text.slice(0, -1)}${String(microseconds % 1000).padStart(3, '0')}Z`
}

function withoutNulls(item: Item): Readonly<Partial<Item>> {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== null))
}

/** Here a coupon that is not there is said. */
function pythonOf(items: readonly Item[]): string {
  const dicts = items.map((item) => {
    const pairs = Object.entries({ ...withoutNulls(item), coupon: item.coupon }).map(
      ([key, value]) => `${pythonText(key)}: ${pythonValue(value)}`,
    )
    return `{${pairs.join(', ')}}`
  })
  return `[${dicts.join(', ')}]`
}

function pythonValue(value: Item[keyof Item]): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return typeof value === 'string' ? pythonText(value) : String(value)
}

/** As `repr` does: single quotes, unless only double ones spare an escape. */
function pythonText(text: string): string {
  if (text.includes("'") && !text.includes('"')) return `"${text}"`
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
