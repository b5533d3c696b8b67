/** Says what is wrong where the parser met a token that it cannot use. */
import { plainNumber } from './plain-number.ts'
import type { Scanner, TokenName } from './scan-tokens.ts'
import type { SyntaxFaultDetails } from './syntax-fault.ts'

/** What tokens are called in a message, by what could stand there. */
const tokenWords: readonly (readonly [string, string])[] = [
  ['ID', 'a name or value'],
  ['STRING', 'a value'],
  ['EQUALS', '"="'],
  ['CLOSE_SEXPR', '")"'],
  ['CLOSE_BLOCK_PARAMS', '"|"'],
  ['CLOSE', '}}'],
]
const exponent = /-?\d+(?:\.\d+)?[eE][+-]?\d+/y

export function explainSyntax(
  scanner: Scanner,
  expected: readonly TokenName[],
): SyntaxFaultDetails {
  const { token, text, openBlocks, suspiciousQuote } = scanner
  const names: ReadonlySet<string> = new Set(expected)
  const tag = { start: scanner.tagStart, end: endOfTag(text, scanner.tagStart) }
  const open = openBlocks.at(-1)
  if (suspiciousQuote !== undefined) {
    return {
      message: `expected a closing ${text[suspiciousQuote] ?? ''}, found }}`,
      range: { start: suspiciousQuote, end: suspiciousQuote + 1 },
    }
  }
  if (names.has('CONTENT') || names.has('EOF') || names.has('OPEN_ENDBLOCK')) {
    if (token.name === 'EOF' && open !== undefined) {
      return { message: `expected {{/${open.name}}}, found the end of the file`, range: open.range }
    }
    if (open === undefined) {
      return { message: 'expected a block around {{else}}, found none', range: tag }
    }
    return { message: `expected one {{else}} in {{#${open.name}}}, found another`, range: tag }
  }
  if (token.name === 'EOF') {
    return { message: 'expected }}, found the end of the file', range: tag }
  }
  const found = text.slice(token.start, token.end)
  if (found.startsWith('{{')) return { message: `expected }}, found ${found}`, range: tag }
  return exponentFault(text, token.start) ?? unexpected(scanner, names)
}

function unexpected(scanner: Scanner, names: ReadonlySet<string>): SyntaxFaultDetails {
  const { token, text } = scanner
  const words = tokenWords.filter(([name]) => names.has(name)).map(([, word]) => word)
  const usable = words.includes('a name or value')
    ? words.filter((word) => word !== 'a value')
    : words
  const found = token.name === 'CLOSE' ? '}}' : text.slice(token.start, token.end)
  return {
    message: `expected ${usable.length === 0 ? '}}' : usable.join(' or ')}, found ${quoteOf(found)}`,
    range: { start: token.start, end: token.end },
    ...(token.name === 'CLOSE_UNESCAPED' ? { hint: 'write a space between }} and }' } : {}),
  }
}

/** `1e+3` is no token of Handlebars; the name before it may belong to it. */
function exponentFault(text: string, offset: number): SyntaxFaultDetails | undefined {
  const start = text.slice(0, offset).search(/[^\s(=]*$/)
  exponent.lastIndex = start
  const found = exponent.exec(text)?.[0]
  if (found === undefined) return undefined
  return {
    message: `expected a plain number, found "${found}"`,
    range: { start, end: start + found.length },
    hint: `write ${plainNumber(Number(found))}`,
  }
}

function quoteOf(text: string): string {
  return text === '}}' || text === '"' ? text : `"${text}"`
}

function endOfTag(text: string, start: number): number {
  const lineEnd = text.indexOf('\n', start)
  const close = text.indexOf('}}', start)
  const end = lineEnd < 0 ? text.length : lineEnd
  return close >= 0 && close < end ? close + 2 : end
}
