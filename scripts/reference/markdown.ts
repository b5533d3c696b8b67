/** Rows to a Markdown table, and the head that every generated page has. */
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** `from` is what to change instead of the page. */
export function pageHead(title: string, from: string): string {
  return `# ${title}\n\n<!-- Written by \`npm run docs\` from ${from}: change that, not this page. -->\n`
}

export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const lines = [head, head.map(() => '---'), ...rows]
  return lines.map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n')
}

export function code(text: string): string {
  return text === '' ? '' : `\`${text}\``
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}

/** Prose to lines of at most `width` characters; code is never cut. */
export function wrapped(text: string, width = 110): string {
  const words = text.match(/(?:`[^`]*`|\S)+/g) ?? []
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines.join('\n')
}
