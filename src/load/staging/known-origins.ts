/** What is known of a table's origins, from the ledger and from its batches, to look up by source and by content. */
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
  const stored = [...recorded, ...waiting.flatMap(originsOf)]
  const bySource = new Map<string, KnownOrigin>()
  const byHash = new Map<string, KnownOrigin>()
  const loaded = new Map<string, KnownOrigin[]>()
  const add = (known: KnownOrigin) => {
    const contents = loaded.get(known.source) ?? []
    contents.push(known)
    loaded.set(known.source, contents)
  }
  for (const known of stored) {
    bySource.set(known.source, known)
    const isThere = known.status === 'loaded'
    if (isThere && known.contentHash !== undefined) byHash.set(known.contentHash, known)
    if (isThere || known.status === 'duplicate') add(known)
  }
  const heldOrigins = held.flatMap(originsOf)
  for (const origin of heldOrigins) add(origin)
  const heldHashes = new Set(heldOrigins.map(({ contentHash }) => contentHash))
  return {
    latest: (source) => bySource.get(source),
    byHash: (contentHash) => byHash.get(contentHash),
    failed: [...bySource.values()].filter(
      ({ status }) => status === 'failed' || status === 'quarantined',
    ),
    isEmpty: stored.length === 0,
    isHeld: (contentHash) => heldHashes.has(contentHash),
    loaded: [...loaded.values()].flat(),
    loadedFrom: (source) => loaded.get(source) ?? [],
  }
}

/** As loaded, which they will be. */
function originsOf({ summary }: StagedBatch): readonly KnownOrigin[] {
  return summary.parts.map((part) => ({ ...part, status: 'loaded', tries: 0 }))
}
