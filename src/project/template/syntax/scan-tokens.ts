/** Splits a template into tokens by the rules of Handlebars' lexer, with exact offsets. */
import type { Range } from './source-text.ts'
import { SyntaxFault } from './syntax-fault.ts'

export interface OpenBlock {
  readonly name: string
  /** The opening tag, or its beginning. */
  readonly range: Range
}

export type TokenName =
  | ('CONTENT' | 'COMMENT' | 'EOF' | 'INVALID')
  | ('OPEN' | 'OPEN_UNESCAPED' | 'OPEN_BLOCK' | 'OPEN_INVERSE' | 'OPEN_INVERSE_CHAIN')
  | ('OPEN_PARTIAL' | 'OPEN_PARTIAL_BLOCK' | 'OPEN_ENDBLOCK' | 'INVERSE')
  | ('CLOSE' | 'CLOSE_UNESCAPED' | 'OPEN_SEXPR' | 'CLOSE_SEXPR' | 'EQUALS' | 'DATA' | 'SEP')
  | ('OPEN_BLOCK_PARAMS' | 'CLOSE_BLOCK_PARAMS')
  | ('ID' | 'STRING' | 'NUMBER' | 'BOOLEAN' | 'NULL' | 'UNDEFINED')

export interface Token {
  readonly name: TokenName
  /** The text it stands for: without quotes, without the backslash of an escape. */
  readonly value: string
  readonly start: number
  readonly end: number
}

export interface Scanner {
  readonly text: string
  position: number
  /** In `escaped` a `{{` came after a backslash and is text. */
  state: 'text' | 'tag' | 'escaped'
  /** The token given last. */
  token: Token
  /** Blocks not closed yet, outermost first. */
  readonly openBlocks: OpenBlock[]
  /** Where the tag read last begins. */
  tagStart: number
  /** Where a quoted text that runs over `}}` begins: its closing quote is probably missing. */
  suspiciousQuote: number | undefined
}

const spaces = /\s+/y
const identifier = /[^\s!"#%-,./;->@[-^`{-~]+(?=[=~}\s/.)|])/y
const number = /-?[0-9]+(?:\.[0-9]+)?(?=[~}\s)])/y
const keyword = /(?:true|false|null|undefined)(?=[~}\s)])/y
const segment = /\[(?:\\\]|[^\]])*\]/y
const doubleQuoted = /"(?:\\"|[^"])*"/y
const singleQuoted = /'(?:\\'|[^'])*'/y
const openBars = /as\s+\|/y
const loneDot = /\.(?=[=~}\s/.)|])/y
const elseTag = /\{\{~?\s*(?:else|\^)\s*~?\}\}/y
const elseChain = /\{\{~?\s*else\b/y
const openTag = /\{\{~?(?:#>|#\*?|\/|\^|>|\{|&|\*)?/y
const closeTag = /\}?~?\}\}/y
const blockName = /\s*([^\s}~|()=]*)/y

const keywordTokens: Readonly<Record<string, TokenName>> = {
  true: 'BOOLEAN',
  false: 'BOOLEAN',
  null: 'NULL',
  undefined: 'UNDEFINED',
}
const openTokens: Readonly<Record<string, TokenName>> = {
  '': 'OPEN',
  '*': 'OPEN',
  '&': 'OPEN',
  '#': 'OPEN_BLOCK',
  '#*': 'OPEN_BLOCK',
  '#>': 'OPEN_PARTIAL_BLOCK',
  '/': 'OPEN_ENDBLOCK',
  '^': 'OPEN_INVERSE',
  '>': 'OPEN_PARTIAL',
  '{': 'OPEN_UNESCAPED',
}
/** Tokens that open a block. */
const openings: ReadonlySet<string> = new Set(['OPEN_BLOCK', 'OPEN_INVERSE', 'OPEN_PARTIAL_BLOCK'])
/** Tokens behind which no tag is open. */
const outsideTags: ReadonlySet<string> = new Set(
  'CLOSE CLOSE_UNESCAPED CONTENT INVERSE COMMENT EOF'.split(' '),
)
const punctuation: Readonly<Record<string, TokenName>> = {
  '(': 'OPEN_SEXPR',
  ')': 'CLOSE_SEXPR',
  '=': 'EQUALS',
  '@': 'DATA',
  '|': 'CLOSE_BLOCK_PARAMS',
  '/': 'SEP',
  '.': 'SEP',
}

export function createScanner(text: string): Scanner {
  return {
    text,
    position: 0,
    state: 'text',
    token: { name: 'EOF', value: '', start: 0, end: 0 },
    openBlocks: [],
    tagStart: 0,
    suspiciousQuote: undefined,
  }
}

export function scanToken(scanner: Scanner): Token {
  if (scanner.state === 'escaped') return escapedText(scanner)
  if (scanner.state === 'text') {
    const content = nextText(scanner)
    if (content !== undefined) return content
  }
  return nextInTag(scanner)
}

function give(scanner: Scanner, name: TokenName, end: number, value?: string): Token {
  const start = scanner.position
  const token = { name, value: value ?? scanner.text.slice(start, end), start, end }
  scanner.token = token
  scanner.position = end
  return token
}

/** undefined: a tag begins here. */
function nextText(scanner: Scanner): Token | undefined {
  const { text, position } = scanner
  if (position >= text.length) return give(scanner, 'EOF', position)
  const open = text.indexOf('{{', position)
  if (open < 0) return give(scanner, 'CONTENT', text.length)
  const isEscaped = open > position && text[open - 1] === '\\'
  const isDoubled = isEscaped && open - 1 > position && text[open - 2] === '\\'
  scanner.state = isEscaped && !isDoubled ? 'escaped' : 'tag'
  const value = text.slice(position, isEscaped ? open - 1 : open)
  if (value !== '') return give(scanner, 'CONTENT', open, value)
  scanner.position = open
  return isEscaped ? escapedText(scanner) : undefined
}

function escapedText(scanner: Scanner): Token {
  const { text, position } = scanner
  scanner.state = 'text'
  const open = text.indexOf('{{', position + 2)
  if (open < 0) return give(scanner, 'CONTENT', text.length)
  let end = open
  while (end > position + 2 && open - end < 2 && text[end - 1] === '\\') end -= 1
  return give(scanner, 'CONTENT', end)
}

function nextInTag(scanner: Scanner): Token {
  const { text } = scanner
  scanner.position = endOf(spaces, text, scanner.position) ?? scanner.position
  const { position } = scanner
  const character = text[position]
  if (character === undefined) return give(scanner, 'EOF', position)
  if (character === '{' && text[position + 1] === '{') return opening(scanner)
  if (character === '}' || character === '~') {
    const end = endOf(closeTag, text, position)
    if (end === undefined) return give(scanner, 'INVALID', position + 1)
    scanner.state = 'text'
    const isTriple = text.slice(position, end).replace('~', '') === '}}}'
    return give(scanner, isTriple ? 'CLOSE_UNESCAPED' : 'CLOSE', end)
  }
  if (character === '"' || character === "'") return quoted(scanner, character)
  return word(scanner, character)
}

function opening(scanner: Scanner): Token {
  const { text, position } = scanner
  if (text.startsWith('{{{{', position)) {
    throw new SyntaxFault({
      message: 'expected a template tag, found a raw block "{{{{"',
      range: { start: position, end: position + 4 },
      hint: 'write \\{{ for two braces that are text',
    })
  }
  const bang = text[position + 2] === '~' ? position + 3 : position + 2
  if (text[bang] === '!') return comment(scanner, bang)
  const mayBeElse = /[e^\s]/.test(text[bang] ?? '')
  const elseEnd = mayBeElse ? endOf(elseTag, text, position) : undefined
  if (elseEnd !== undefined) {
    scanner.tagStart = position
    scanner.state = 'text'
    return give(scanner, 'INVERSE', elseEnd)
  }
  const chainEnd = mayBeElse ? endOf(elseChain, text, position) : undefined
  const end = chainEnd ?? endOf(openTag, text, position) ?? position + 2
  const name = chainEnd === undefined ? openName(text, position, end) : 'OPEN_INVERSE_CHAIN'
  if (isOpenTag(scanner)) return give(scanner, name, end)
  scanner.tagStart = position
  if (openings.has(name)) openBlock(scanner, end)
  if (name === 'OPEN_ENDBLOCK') closeBlock(scanner, end)
  return give(scanner, name, end)
}

function openName(text: string, start: number, end: number): TokenName {
  return openTokens[text.slice(start + 2, end).replace('~', '')] ?? 'OPEN'
}

/** True when the tag before was never closed: the parser is about to refuse this one. */
function isOpenTag({ token, tagStart }: Scanner): boolean {
  return token.end > tagStart && !outsideTags.has(token.name)
}

function openBlock({ text, position, openBlocks }: Scanner, end: number): void {
  openBlocks.push({ name: nameAt(text, end), range: { start: position, end: tagEnd(text, end) } })
}

function closeBlock({ text, position, openBlocks }: Scanner, end: number): void {
  const name = nameAt(text, end)
  const range = { start: position, end: tagEnd(text, end) }
  const open = openBlocks.pop()
  if (open === undefined) {
    throw new SyntaxFault({
      message: `expected a block to close, found {{/${name}}} without {{#${name}}}`,
      range,
    })
  }
  if (open.name === name) return
  throw new SyntaxFault({
    message: `expected {{/${open.name}}} to close {{#${open.name}}}, found {{/${name}}}`,
    range: open.range,
    related: { message: `{{/${name}}} stands here`, range },
  })
}

function comment(scanner: Scanner, bang: number): Token {
  const { text, position } = scanner
  const isLong = text.startsWith('--', bang + 1)
  const pattern = isLong ? /--~?\}\}/g : /\}\}/g
  pattern.lastIndex = bang + 1
  if (pattern.exec(text) === null) {
    throw new SyntaxFault({
      message: `expected ${isLong ? '--}}' : '}}'} to end the comment, found the end of the file`,
      range: { start: position, end: bang + (isLong ? 3 : 1) },
    })
  }
  scanner.state = 'text'
  return give(scanner, 'COMMENT', pattern.lastIndex)
}

function quoted(scanner: Scanner, quote: string): Token {
  const { text, position } = scanner
  const end = endOf(quote === '"' ? doubleQuoted : singleQuoted, text, position)
  if (end === undefined) {
    throw new SyntaxFault({
      message: `expected a closing ${quote}, found the end of the file`,
      range: { start: position, end: position + 1 },
    })
  }
  const inner = text.slice(position + 1, end - 1)
  if (inner.includes('}}')) scanner.suspiciousQuote ??= position
  const value = inner.includes('\\') ? inner.replaceAll(`\\${quote}`, quote) : inner
  return give(scanner, 'STRING', end, value)
}

function word(scanner: Scanner, character: string): Token {
  const { text, position } = scanner
  if (/[-\d]/.test(character)) {
    const end = endOf(number, text, position)
    if (end !== undefined) return give(scanner, 'NUMBER', end)
  }
  if (/[tfnu]/.test(character)) {
    const end = endOf(keyword, text, position)
    if (end !== undefined) {
      return give(scanner, keywordTokens[text.slice(position, end)] ?? 'ID', end)
    }
  }
  if (character === 'a') {
    const end = endOf(openBars, text, position)
    if (end !== undefined) return give(scanner, 'OPEN_BLOCK_PARAMS', end)
  }
  const end = endOf(identifier, text, position)
  return end === undefined ? symbol(scanner, character) : give(scanner, 'ID', end)
}

function symbol(scanner: Scanner, character: string): Token {
  const { text, position } = scanner
  if (text.startsWith('..', position)) return give(scanner, 'ID', position + 2)
  const dotEnd = endOf(loneDot, text, position)
  if (dotEnd !== undefined) return give(scanner, 'ID', dotEnd)
  const name = punctuation[character]
  if (name !== undefined) return give(scanner, name, position + 1)
  const end = endOf(segment, text, position)
  if (end === undefined) return give(scanner, 'INVALID', position + 1)
  return give(scanner, 'ID', end, text.slice(position, end).replaceAll(/\\([\\\]])/g, '$1'))
}

function nameAt(text: string, start: number): string {
  blockName.lastIndex = start
  return blockName.exec(text)?.[1] ?? ''
}

function tagEnd(text: string, start: number): number {
  const end = text.indexOf('}}', start)
  return end < 0 ? start : end + 2
}

/** Offset after the match at `position`, or undefined. The pattern is sticky. */
function endOf(pattern: RegExp, text: string, position: number): number | undefined {
  pattern.lastIndex = position
  return pattern.test(text) ? pattern.lastIndex : undefined
}
