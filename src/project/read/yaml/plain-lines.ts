/** A text to its lines that say something, for the reader of plain YAML. */

export interface Line {
  /** Without its end and without the spaces before that. */
  readonly text: string
  /** Spaces before the first character. */
  readonly indent: number
  /** 1-based. */
  readonly number: number
}

/** undefined: the text holds what only the yaml package can judge (tabs, document marks, directives). */
export function splitLines(text: string): readonly Line[] | undefined {
  // A line break of its own kind, or a tab, which may be indentation.
  if (/\t|\r(?!\n)/.test(text)) return undefined
  const lines: Line[] = []
  let number = 0
  for (const raw of text.split('\n')) {
    number += 1
    const line = raw.trimEnd()
    const indent = line.search(/\S/)
    if (indent < 0 || line[indent] === '#') continue
    if (indent === 0 && /^(?:---|\.\.\.|%)/.test(line)) return undefined
    // `trim` knows more spaces than YAML does.
    if (
      line.length !== raw.replace(/[ \r]+$/, '').length ||
      line.lastIndexOf(' ', indent) < indent - 1
    ) {
      return undefined
    }
    lines.push({ text: line, indent, number })
  }
  return lines
}
