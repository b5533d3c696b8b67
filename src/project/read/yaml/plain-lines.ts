/** A text to its lines that say something, for the reader of plain YAML. */

export interface Line {
  readonly path: string
  /** Without its end and without the spaces before that. */
  readonly text: string
  /** Spaces before the first character. */
  readonly indent: number
  /** 1-based. */
  readonly number: number
}

/** undefined: the text holds what only the yaml package can judge (tabs, document marks, directives). */
export function splitLines(path: string, text: string): readonly Line[] | undefined {
  // Spaces of other kinds than YAML's two, a line break of another kind, or a text that begins with spaces.
  if (/[^\S\r\n ]|\r(?!\n)|^ /.test(text)) return undefined
  const lines: Line[] = []
  let number = 0
  for (const raw of text.split('\n')) {
    number += 1
    const line = raw.trimEnd()
    const indent = line.search(/\S/)
    if (indent < 0 || line[indent] === '#') continue
    if (indent === 0 && /^(?:---|\.\.\.|%)/.test(line)) return undefined
    lines.push({ path, text: line, indent, number })
  }
  return lines
}
