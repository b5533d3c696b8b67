/** A trial to its five CSV files, user by user: what is in memory does not grow with their number. */
import { join } from 'node:path'
import { type Random, randomFrom } from '../../../transform/verify/history/random.ts'
import { csvCell, type OpenFile, openFile } from '../open-file.ts'
import { type Participant, participant } from './participant.ts'
import type { Trial } from './trial.ts'

const columns = {
  users: ['user_id', 'signup_ts', 'country', 'device'],
  products: ['product_id', 'product_name', 'category', 'price'],
  experiment_assignments: ['experiment_id', 'user_id', 'variant', 'assigned_ts'],
  sessions: ['session_id', 'user_id', 'session_start', 'session_end', 'device'],
  events: [
    'event_id',
    'user_id',
    'session_id',
    'product_id',
    'event_type',
    'event_ts',
    'price',
    'quantity',
    'revenue',
  ],
} as const

type Table = keyof typeof columns
const tables = ['users', 'products', 'experiment_assignments', 'sessions', 'events'] as const

export const tableFiles = tables.map((table) => `${table}.csv`)

export interface WrittenTables {
  readonly events: number
  readonly lines: number
  readonly dirt: Readonly<Record<string, number>>
  readonly isInterrupted: boolean
}

interface TablesOptions {
  readonly output: string
  /** The share of users that something happens to. */
  readonly dirt: number
  readonly signal: AbortSignal
}

/** How often the process may hear a signal. */
const usersBetweenTurns = 500

export async function writeTables(
  trial: Trial,
  { output, dirt, signal }: TablesOptions,
): Promise<WrittenTables> {
  const writer = new TableWriter(output)
  for (const { productId, name, category, price } of trial.products) {
    writer.add('products', [productId, name, category, price.toFixed(2)])
  }
  for (let index = 0; index < trial.users; index += 1) {
    if (index % usersBetweenTurns === 0) await new Promise((done) => setImmediate(done))
    if (signal.aborted) break
    const user = participant(trial, index)
    addUser(writer, user)
    const random = randomFrom(trial.seed, 'dirt', index)
    if (random.chance(dirt)) addDirt(writer, user, random)
  }
  return { ...writer.finish(), isInterrupted: signal.aborted }
}

const experimentId = 'pdp_layout'

function addUser(writer: TableWriter, user: Participant): void {
  const { userId } = user
  writer.add('users', [userId, isoOf(user.signedUpAt), user.country, user.device])
  writer.add('experiment_assignments', [experimentId, userId, user.variant, isoOf(user.assignedAt)])
  for (const visit of user.visits) {
    const { sessionId, startedAt, endedAt } = visit
    writer.add('sessions', [sessionId, userId, isoOf(startedAt), isoOf(endedAt), user.device])
    for (const step of visit.events) {
      writer.add('events', [
        writer.nextEventId(),
        userId,
        sessionId,
        step.productId,
        step.eventType,
        isoOf(step.at),
        step.price.toFixed(2),
        step.quantity,
        step.revenue.toFixed(2),
      ])
    }
  }
}

/** Besides what is right, as in `generate events`: nothing that was right is changed. */
function addDirt(writer: TableWriter, user: Participant, random: Random): void {
  const [visit] = user.visits
  const { userId } = user
  const sessionId = visit?.sessionId ?? ''
  const at = isoOf(visit?.startedAt ?? user.assignedAt)
  const event = (type: string, when: string, revenue: string): readonly string[] => [
    writer.nextEventId(),
    userId,
    sessionId,
    '',
    type,
    when,
    '',
    '1',
    revenue,
  ]
  switch (random.below(5)) {
    case 0:
      return writer.addDirt('unreadable time', 'events', event('view_product', 'yesterday', '0'))
    case 1:
      return writer.addDirt('negative revenue', 'events', event('purchase', at, '-5.00'))
    case 2:
      return writer.addDirt('unknown event', 'events', event('hover', at, '0'))
    case 3:
      return writer.addDirt('duplicate', 'events', writer.lastEvent())
    default:
      return writer.addDirt('second variant', 'experiment_assignments', [
        experimentId,
        userId,
        user.variant === 'control' ? 'treatment' : 'control',
        isoOf(user.assignedAt + 1000),
      ])
  }
}

function isoOf(milliseconds: number): string {
  return new Date(Math.floor(milliseconds)).toISOString()
}

type Cells = readonly (string | number)[]

class TableWriter {
  readonly #files: Readonly<Record<Table, OpenFile>>
  readonly #dirt: Record<string, number> = {}
  #lines = 0
  #events = 0
  #last: Cells = []

  constructor(output: string) {
    const open = (table: Table): OpenFile => {
      const file = openFile(join(output, `${table}.csv`))
      file.write(`${columns[table].join(',')}\n`)
      return file
    }
    this.#files = {
      users: open('users'),
      products: open('products'),
      experiment_assignments: open('experiment_assignments'),
      sessions: open('sessions'),
      events: open('events'),
    }
  }

  nextEventId(): string {
    this.#events += 1
    return `e${String(this.#events).padStart(9, '0')}`
  }

  lastEvent(): Cells {
    return this.#last
  }

  add(table: Table, cells: Cells): void {
    this.#files[table].write(`${cells.map(csvCell).join(',')}\n`)
    this.#lines += 1
    if (table === 'events') this.#last = cells
  }

  addDirt(kind: string, table: Table, cells: Cells): void {
    this.add(table, cells)
    this.#dirt[kind] = (this.#dirt[kind] ?? 0) + 1
  }

  finish(): Omit<WrittenTables, 'isInterrupted'> {
    for (const table of tables) this.#files[table].finish()
    return { events: this.#events, lines: this.#lines, dirt: this.#dirt }
  }
}
