/** What is known of a table's origins, from the ledger and from its batches, to look up by source and by content. */
import { contentKey } from '../../core/load/content-key.ts'
import {
  areAllLines,
  joinLines,
  type LineRange,
  type LineRanges,
  noLines,
  parseLines,
} from '../../core/load/line-ranges.ts'
import type { StoredOrigin } from '../../ledger/loads/loads.ts'
import type { StagedBatch } from '../batch/set-writer.ts'
import type { KnownOrigin, KnownOrigins } from '../loader.ts'

export interface Known {
  /** In the order in which it was recorded. */
  readonly stored: readonly StoredOrigin[]
  /** Batches that this run loads: as good as loaded. */
  readonly waiting: readonly StagedBatch[]
  /** Batches in quarantine. Their files say so and not the ledger: a batch that was deleted holds nothing. */
  readonly held: readonly StagedBatch[]
}

export function knownOrigins({ stored: recorded, waiting, held }: Known): KnownOrigins {
  const heldOrigins = held.flatMap(originsOf)
  const stored = [...recorded, ...waiting.flatMap(originsOf)]
  const loaded = contentsOf(stored.filter(({ status }) => status === 'loaded'))
  const all = contentsOf([...stored.filter(({ status }) => status === 'loaded'), ...heldOrigins])
  const isWhole = (origin: StoredOrigin) => all.get(contentKey(origin))?.isWhole === true
  const bySource = new Map<string, KnownOrigin>()
  const byHash = new Map<string, KnownOrigin>()
  const contents = new Map<string, KnownOrigin[]>()
  const add = (known: KnownOrigin) => {
    const others = contents.get(known.source) ?? []
    others.push(known)
    contents.set(known.source, others)
  }
  for (const origin of stored) {
    const content = loaded.get(contentKey(origin))
    const known = knownOrigin(origin, { isWhole: isWhole(origin), records: content?.records })
    bySource.set(known.source, known)
    const isThere = known.status === 'loaded'
    if (isThere && known.contentHash !== undefined) byHash.set(known.contentHash, known)
    if (isThere || known.status === 'begun' || known.status === 'duplicate') add(known)
  }
  for (const origin of heldOrigins) add({ ...origin, status: 'loaded' })
  const heldHashes = new Set(
    heldOrigins.flatMap((origin) => (isWhole(origin) ? [origin.contentHash] : [])),
  )
  return {
    latest: (source) => bySource.get(source),
    byHash: (contentHash) => byHash.get(contentHash),
    failed: [...bySource.values()].filter(
      ({ status }) => status === 'failed' || status === 'refused' || status === 'quarantined',
    ),
    isEmpty: stored.length === 0,
    isHeld: (contentHash) => heldHashes.has(contentHash),
    linesOf: (content) => all.get(contentKey(content))?.lines ?? noLines,
    loaded: [...contents.values()].flat(),
    loadedFrom: (source) => contents.get(source) ?? [],
  }
}

interface Content {
  readonly lines: LineRanges
  readonly isWhole: boolean
  readonly records: number
}

/** Whatever they are named. */
function contentsOf(origins: readonly StoredOrigin[]): ReadonlyMap<string, Content> {
  const parts = new Map<string, { lines: LineRange[]; isWhole: boolean; records: number }>()
  for (const origin of origins) {
    const key = contentKey(origin)
    const before = parts.get(key) ?? { lines: [], isWhole: false, records: 0 }
    before.lines.push(...origin.lines)
    before.isWhole ||= origin.isWhole
    before.records += origin.records
    parts.set(key, before)
  }
  return new Map(
    [...parts].map(([key, { lines, isWhole, records }]) => {
      const joined = joinLines(lines)
      return [key, { lines: joined, isWhole: isWhole || areAllLines(joined), records }]
    }),
  )
}

function knownOrigin(
  { status, ...origin }: StoredOrigin,
  { isWhole, records = origin.records }: { isWhole: boolean; records: number | undefined },
): KnownOrigin {
  if (status === 'loaded') return { ...origin, records, status: isWhole ? 'loaded' : 'begun' }
  return { ...origin, status }
}

/** As loaded, which they will be. */
function originsOf({ summary }: StagedBatch): readonly StoredOrigin[] {
  return summary.parts.map(({ lines, ...part }) => ({
    ...part,
    lines: parseLines(lines ?? ''),
    // Earlier versions told of the last part only that it is.
    isWhole: lines === undefined && part.isLast,
    status: 'loaded',
    tries: 0,
  }))
}
