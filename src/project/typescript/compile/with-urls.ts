/** Compiled text with the names of what it imports replaced by what node loads, and its map told how far text has moved. */

export interface Loadable {
  readonly text: string
  readonly map: string
}

/** A line's text behind a column, of the text as it is now, stood so many characters further left. 0-based. */
export interface Shift {
  readonly line: number
  readonly column: number
  readonly by: number
}

export function withUrls({ text, map }: Loadable, urls: ReadonlyMap<string, string>): Loadable {
  const names = [...urls.keys()].map((name) =>
    JSON.stringify(name).replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
  )
  const shifts: Shift[] = []
  const lines = text.split('\n').map((line, index) => {
    let moved = 0
    return line.replace(new RegExp(names.join('|'), 'g'), (found: string, at: number) => {
      const name: string = JSON.parse(found)
      const loadable = JSON.stringify(urls.get(name))
      const by = loadable.length - found.length
      shifts.push({ line: index, column: at + moved + loadable.length, by })
      moved += by
      return loadable
    })
  })
  const content: object = JSON.parse(map)
  return { text: lines.join('\n'), map: JSON.stringify({ ...content, shifts }) }
}
