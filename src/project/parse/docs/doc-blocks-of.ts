/** The docs blocks of an entry's description, for the node or column that it describes. */

interface Described {
  readonly docBlocks?: readonly string[]
}

const none: Described = {}

export function docBlocksOf(described: Described | undefined): Described {
  const docBlocks = described?.docBlocks
  return docBlocks === undefined ? none : { docBlocks }
}
