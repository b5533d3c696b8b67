/** What the ledger says of a table's origins, to look up by source and by content. */
import type { StoredOrigin } from '../../ledger/loads/loads.ts'
import type { KnownOrigins } from '../loader.ts'

/** `stored` in the order in which it was recorded. */
export function knownOrigins(stored: readonly StoredOrigin[]): KnownOrigins {
  const bySource = new Map<string, StoredOrigin>()
  const byHash = new Map<string, StoredOrigin>()
  const loaded = new Map<string, StoredOrigin[]>()
  for (const known of stored) {
    bySource.set(known.source, known)
    const isThere = known.status === 'loaded'
    if (isThere && known.contentHash !== undefined) byHash.set(known.contentHash, known)
    if (!isThere && known.status !== 'duplicate') continue
    const contents = loaded.get(known.source) ?? []
    contents.push(known)
    loaded.set(known.source, contents)
  }
  return {
    latest: (source) => bySource.get(source),
    byHash: (contentHash) => byHash.get(contentHash),
    isEmpty: stored.length === 0,
    loadedFrom: (source) => loaded.get(source) ?? [],
  }
}
