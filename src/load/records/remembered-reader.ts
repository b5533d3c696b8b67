/** A reader that remembers: what is staged is read again when it is loaded, mostly by the same process a moment later. */
import type { ReadRecord, RecordReader } from './record-reader.ts'

/** Of the texts of records; what comes of them takes about as much again. */
const mostCharacters = 8_000_000

/** What a text comes to depends on nothing else. Told once more, it is forgotten: nobody asks a third time. */
export function rememberedReader(read: RecordReader): RecordReader {
  const known = new Map<string, ReadRecord>()
  let characters = 0
  return (text) => {
    const before = known.get(text)
    if (before !== undefined) {
      known.delete(text)
      characters -= text.length
      return before
    }
    const found = read(text)
    if (characters + text.length <= mostCharacters) {
      known.set(text, found)
      characters += text.length
    }
    return found
  }
}
