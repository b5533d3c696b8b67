/** Where rows enter a sandbox: a source or seed with the sample of its rows, and how they come. */
import { createHash } from 'node:crypto'
import type { SeedNode, SourceNode } from '../../../core/node.ts'
import type { Column } from '../../../core/relation.ts'
import type { SourceFile } from '../../../project/read/project.ts'
import { type ArrivalKind, arrivalValues, timeOf } from './arrival-values.ts'
import type { Cells } from '../compare-rows.ts'

export interface Root {
  readonly node: SourceNode | SeedNode
  readonly columns: readonly Column[]
  /** The sample, in an order that hangs on nothing but the data and the seed. */
  readonly rows: readonly Cells[]
  /** Rows the sample is taken from. */
  readonly rowCount: number
  /** All rows are there before the first build. */
  readonly isStatic: boolean
  readonly arrival: RootArrival | undefined
}

export interface RootArrival {
  readonly kind: ArrivalKind
  /** Of its column. */
  readonly place: number
  readonly isAtLeastOnce: boolean
}

/** `schema.table`, as people know it. */
export function rootName({ node }: Pick<Root, 'node'>): string {
  return node.resourceType === 'source' ? `${node.sourceName}.${node.name}` : node.name
}

/** The rows of one root as they arrive, their arrival column written anew. */
export class Arrivals {
  readonly #root: Root
  readonly #valueAt: ReturnType<typeof arrivalValues> | undefined
  #position = 0
  #delivery = 0

  constructor(root: Root) {
    this.#root = root
    const { arrival } = root
    this.#valueAt =
      arrival === undefined
        ? undefined
        : arrivalValues(
            arrival.kind,
            root.rows.map((row) => row[arrival.place] ?? null),
          )
  }

  next(rows: readonly number[]): readonly Cells[] {
    const arrived = rows.map((index) => {
      const cells = this.#root.rows[index] ?? []
      const place = { position: this.#position, delivery: this.#delivery }
      this.#position += 1
      const value = this.#valueAt?.(place)
      const column = this.#root.arrival?.place
      return value === undefined
        ? cells
        : cells.map((cell, index_) => (index_ === column ? value : cell))
    })
    this.#delivery += 1
    return arrived
  }
}

/** The file that a seed would be with these rows. */
export function seedFile(
  file: SourceFile,
  seed: SeedNode,
  content: Omit<SeedRows, 'node'>,
): SourceFile {
  const line = (cells: Cells) => cells.map(quoted).join(seed.delimiter)
  const lines = [content.columns.map(({ name }) => name), ...content.rows].map(line)
  const text = `${lines.join('\n')}\n`
  return { ...file, text, checksum: createHash('sha256').update(text).digest('hex') }
}

export interface SeedRows {
  readonly node: SeedNode
  readonly columns: readonly Column[]
  readonly rows: readonly Cells[]
}

/** An empty cell is NULL. Always in quotes: a line of nothing would not count. */
function quoted(cell: string | null): string {
  return `"${(cell ?? '').replaceAll('"', '""')}"`
}

const noTimes = Date.UTC(2026, 0, 1)
/** A date that stands for never says nothing of the clock. */
const lastYear = 2100
const dayMs = 86_400_000

/** The instant at which the clock stands: a day after the newest time of the sample. */
export function clockOf(roots: readonly Root[]): string {
  const times = roots.flatMap(({ columns, rows }) => {
    const places = columns.flatMap(({ dataType }, place) =>
      /^(?:date|timestamp)/i.test(dataType) ? [place] : [],
    )
    return rows.flatMap((row) => places.flatMap((place) => timeOf(row[place] ?? null) ?? []))
  })
  const known = times.filter((time) => time < Date.UTC(lastYear, 0, 1))
  const newest = known.reduce((latest, time) => Math.max(latest, time), known[0] ?? noTimes)
  return new Date(newest + dayMs).toISOString()
}
