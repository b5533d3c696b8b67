/** The text of a Postgres array, `{1,NULL,"a b",{2}}`, to its items, not yet read as values. */

export type ArrayItem = string | null | readonly ArrayItem[]

export function arrayItems(text: string): readonly ArrayItem[] {
  // Bounds other than the usual come first: `[2:3]={1,2}`.
  const start = text.indexOf('{')
  return readList(text, start + 1).items
}

interface ListRead {
  readonly items: readonly ArrayItem[]
  /** Behind the closing brace. */
  readonly end: number
}

function readList(text: string, from: number): ListRead {
  const items: ArrayItem[] = []
  let position = from
  while (position < text.length) {
    const character = text[position]
    if (character === '}') return { items, end: position + 1 }
    if (character === ',') {
      position += 1
      continue
    }
    const item = readItem(text, position)
    items.push(item.item)
    position = item.end
  }
  return { items, end: position }
}

function readItem(text: string, from: number): { readonly item: ArrayItem; readonly end: number } {
  if (text[from] === '{') {
    const list = readList(text, from + 1)
    return { item: list.items, end: list.end }
  }
  if (text[from] === '"') return readQuoted(text, from + 1)
  const [plain = ''] = /^[^,}]*/.exec(text.slice(from)) ?? []
  return { item: plain === 'NULL' ? null : plain, end: from + plain.length }
}

function readQuoted(text: string, from: number): { readonly item: string; readonly end: number } {
  let item = ''
  let position = from
  while (position < text.length && text[position] !== '"') {
    if (text[position] === '\\') position += 1
    item += text[position] ?? ''
    position += 1
  }
  return { item, end: position + 1 }
}
