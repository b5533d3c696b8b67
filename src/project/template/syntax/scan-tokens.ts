/** Splits a template into Handlebars' tokens: its lexer's rules, but many times faster and with exact offsets. */
import type { TokenLocation, TokenSource } from 'handlebars/raw-tree'
import type { Range } from './source-text.ts'
import { SyntaxFault } from './syntax-fault.ts'

export interface OpenBlock {
  readonly name: string
  /** The opening tag, or its beginning. */
  readonly range: Range
}

/** The scanner's state; it is also what the parser asks for tokens. */
export interface Scanner extends TokenSource {
  text: string
  position: number
  /** In `escaped` a `{{` came after a backslash and is text. */
  state: 'text' | 'tag' | 'escaped'
  /** The token given last. */
  token: { readonly name: string; readonly range: Range }
  /** Blocks not closed yet, outermost first. */
  openBlocks: OpenBlock[]
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

const keywordTokens: Readonly<Record<string, string>> = {
  true: 'BOOLEAN',
  false: 'BOOLEAN',
  null: 'NULL',
  undefined: 'UNDEFINED',
}
const openTokens: Readonly<Record<string, string>> = {
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
const punctuation: Readonly<Record<string, string>> = {
  '(': 'OPEN_SEXPR',
  ')': 'CLOSE_SEXPR',
  '=': 'EQUALS',
  '@': 'DATA',
  '|': 'CLOSE_BLOCK_PARAMS',
  '/': 'SEP',
  '.': 'SEP',
}

export function createScanner(): Scanner {
  const scanner: Scanner = {
    text: '',
    position: 0,
    state: 'text',
    token: { name: 'EOF', range: { start: 0, end: 0 } },
    openBlocks: [],
    tagStart: 0,
    suspiciousQuote: undefined,
    yytext: '',
    yyleng: 0,
    yylineno: 0,
    yylloc: locationOf(0, 0),
    options: {},
    setInput: (text) => {
      scanner.text = text
    },
    lex: () => nextToken(scanner),
  }
  return scanner
}

function nextToken(scanner: Scanner): string {
  if (scanner.state === 'escaped') return escapedText(scanner)
  if (scanner.state === 'text') {
    const content = nextText(scanner)
    if (content !== undefined) return content
  }
  return nextInTag(scanner)
}

function give(scanner: Scanner, name: string, end: number, value?: string): string {
  const start = scanner.position
  scanner.token = { name, range: { start, end } }
  scanner.yytext = value ?? scanner.text.slice(start, end)
  scanner.yyleng = scanner.yytext.length
  scanner.yylloc = locationOf(start, end)
  scanner.position = end
  return name
}

/** undefined: a tag begins here. */
function nextText(scanner: Scanner): string | undefined {
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

function escapedText(scanner: Scanner): string {
  const { text, position } = scanner
  scanner.state = 'text'
  const open = text.indexOf('{{', position + 2)
  if (open < 0) return give(scanner, 'CONTENT', text.length)
  let end = open
  while (end > position + 2 && open - end < 2 && text[end - 1] === '\\') end -= 1
  return give(scanner, 'CONTENT', end)
}

function nextInTag(scanner: Scanner): string {
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

function opening(scanner: Scanner): string {
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
  const elseEnd = endOf(elseTag, text, position)
  if (elseEnd !== undefined) {
    scanner.tagStart = position
    scanner.state = 'text'
    return give(scanner, 'INVERSE', elseEnd)
  }
  const chainEnd = endOf(elseChain, text, position)
  const end = chainEnd ?? endOf(openTag, text, position) ?? position + 2
  const name =
    chainEnd === undefined
      ? (openTokens[text.slice(position + 2, end).replace('~', '')] ?? 'OPEN')
      : 'OPEN_INVERSE_CHAIN'
  const isInsideTag = scanner.token.range.end > scanner.tagStart && isOpenTag(scanner)
  if (!isInsideTag) trackBlocks(scanner, name, end)
  if (!isInsideTag) scanner.tagStart = position
  return give(scanner, name, end)
}

/** True when the tag before was never closed: the parser is about to refuse this one. */
function isOpenTag(scanner: Scanner): boolean {
  return !['CLOSE', 'CLOSE_UNESCAPED', 'CONTENT', 'INVERSE', 'COMMENT', 'EOF'].includes(
    scanner.token.name,
  )
}

function trackBlocks(scanner: Scanner, token: string, end: number): void {
  const { text, position, openBlocks } = scanner
  const range = { start: position, end: tagEnd(text, end) }
  const name = nameAt(text, end)
  if (token === 'OPEN_BLOCK' || token === 'OPEN_INVERSE' || token === 'OPEN_PARTIAL_BLOCK') {
    openBlocks.push({ name, range })
  }
  if (token !== 'OPEN_ENDBLOCK') return
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

function comment(scanner: Scanner, bang: number): string {
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

function quoted(scanner: Scanner, quote: string): string {
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

function word(scanner: Scanner, character: string): string {
  const { text, position } = scanner
  const identifierEnd = endOf(identifier, text, position)
  if (identifierEnd !== undefined) {
    if (endOf(keyword, text, position) !== undefined) {
      return give(scanner, keywordTokens[text.slice(position, identifierEnd)] ?? 'ID', identifierEnd)
    }
    const end = endOf(number, text, position)
    if (end !== undefined) return give(scanner, 'NUMBER', end)
    const bars = character === 'a' ? endOf(openBars, text, position) : undefined
    if (bars !== undefined) return give(scanner, 'OPEN_BLOCK_PARAMS', bars)
    return give(scanner, 'ID', identifierEnd)
  }
  const numberEnd = endOf(number, text, position)
  if (numberEnd !== undefined) return give(scanner, 'NUMBER', numberEnd)
  const barsEnd = endOf(openBars, text, position)
  if (barsEnd !== undefined) return give(scanner, 'OPEN_BLOCK_PARAMS', barsEnd)
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

/** All on one line: a column is an offset, so that the parser's nodes carry offsets. */
function locationOf(start: number, end: number): TokenLocation {
  return { first_line: 1, first_column: start, last_line: 1, last_column: end }
}
