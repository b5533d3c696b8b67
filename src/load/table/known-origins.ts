/** What the ledger says of a table's origins, to look up by source and by content. */
import type { StoredOrigin } from '../../ledger/loads/loads.ts'
import type { KnownOrigin, KnownOrigins } from '../loader.ts'

/** `stored` in the order in which it was recorded. */
export function knownOrigins(stored: readonly StoredOrigin[]): KnownOrigins {
  const bySource = new Map<string, KnownOrigin>()
  const byHash = new Map<string, KnownOrigin>()
  for (const { status, ...origin } of stored) {
    if (status === 'released') {
      bySource.delete(origin.source)
      continue
    }
    const known: KnownOrigin = { ...origin, status }
    bySource.set(origin.source, known)
    const isThere = status === 'loaded'
    if (isThere && origin.contentHash !== undefined) byHash.set(origin.contentHash, known)
  }
  return {
    latest: (source) => bySource.get(source),
    byHash: (contentHash) => byHash.get(contentHash),
  }
}
