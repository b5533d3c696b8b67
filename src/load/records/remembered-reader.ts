/** A reader that remembers: what is staged is read again when it is loaded, mostly by the same process a moment later. */
import type { ReadRecord, RecordReader } from './record-reader.ts'

/** Of the texts of records; what comes of them takes several times as much. */
const mostCharacters = 3_000_000

/**
 * What a text comes to depends on nothing else. Told once more, it is forgotten: nobody asks a third time. Where more is
 * staged than may be kept nothing is, from then on: keeping a part of it costs memory and saves little.
 */
export function rememberedReader(read: RecordReader): RecordReader {
  let known: Map<string, ReadRecord> | undefined = new Map()
  let characters = 0
  return (text) => {
    const before = known?.get(text)
    if (before !== undefined) {
      known?.delete(text)
      characters -= text.length
      return before
    }
    const found = read(text)
    characters += text.length
    if (characters > mostCharacters) known = undefined
    known?.set(text, found)
    return found
  }
}
