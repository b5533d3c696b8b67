/** What tells one content from another: its hash, or its source where each source is another content. */

export interface ContentNames {
  readonly source: string
  /** undefined: the same content may come twice and be meant. */
  readonly contentHash: string | undefined
}

export function contentKey({ contentHash, source }: ContentNames): string {
  return contentHash === undefined ? `source ${source}` : `content ${contentHash}`
}
