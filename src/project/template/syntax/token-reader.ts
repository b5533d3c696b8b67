/** The scanner with the token that comes next, and the ways to go on or to refuse it. */
import { explainSyntax } from './explain-syntax.ts'
import { scanToken, type Scanner, type Token, type TokenName } from './scan-tokens.ts'
import { SyntaxFault } from './syntax-fault.ts'

export interface TokenReader {
  readonly scanner: Scanner
  token: Token
}

export function nextToken(reader: TokenReader): void {
  reader.token = scanToken(reader.scanner)
}

export function isAt(reader: TokenReader, name: TokenName): boolean {
  return reader.token.name === name
}

/** Goes on behind the token and gives its end. */
export function expectToken(reader: TokenReader, name: TokenName): number {
  if (reader.token.name !== name) refuse(reader, insteadOf(name))
  const { end } = reader.token
  nextToken(reader)
  return end
}

/** What else could have stood where only the end of something is left. */
function insteadOf(name: TokenName): readonly TokenName[] {
  return name === 'CLOSE' || name === 'CLOSE_UNESCAPED' ? ['ID', 'CLOSE'] : [name]
}

export function refuse(reader: TokenReader, expected: readonly TokenName[]): never {
  throw new SyntaxFault(explainSyntax(reader.scanner, expected))
}
