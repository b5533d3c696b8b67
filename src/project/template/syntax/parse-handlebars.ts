/** Turns a template's text into Handlebars' tree: its grammar and whitespace control, our scanner and messages. */
import nodeBuilders from 'handlebars/dist/cjs/handlebars/compiler/helpers.js'
import handlebarsParser from 'handlebars/dist/cjs/handlebars/compiler/parser.js'
import WhitespaceControl from 'handlebars/dist/cjs/handlebars/compiler/whitespace-control.js'
import type { RawExpression, RawProgram, RawStatement, TokenLocation } from 'handlebars/raw-tree'
import { explainSyntax } from './explain-syntax.ts'
import { createScanner } from './scan-tokens.ts'
import { SyntaxFault } from './syntax-fault.ts'

/** Tags that print nothing: alone on a line they take the line with them, as blocks and comments do. */
const silentHelpers: ReadonlySet<string> = new Set(['config', 'depends_on', 'log', 'raise'])
/** Blocks whose tags print nothing. Of a macro called as a block only the inner side is trimmed: its text stands there. */
const silentBlocks: ReadonlySet<string> = new Set([
  ...['if', 'unless', 'each', 'with', 'let'],
  ...['macro', 'test'],
])

/** Columns of all locations are offsets. Throws a `SyntaxFault`. */
export function parseHandlebars(text: string): RawProgram {
  const scanner = createScanner()
  const parser = new handlebarsParser.Parser()
  parser.lexer = scanner
  parser.yy = {
    ...nodeBuilders,
    locInfo: (location: TokenLocation) => ({
      start: { column: location.first_column },
      end: { column: location.last_column },
    }),
    parseError: (_message: string, details: { readonly expected?: readonly string[] }) => {
      throw new SyntaxFault(explainSyntax(scanner, details.expected ?? []))
    },
  }
  try {
    const program = parser.parse(text)
    markWhitespace(program)
    return new WhitespaceControl().accept(program)
  } catch (error) {
    if (error instanceof SyntaxFault || !(error instanceof Error)) throw error
    // The node builders refuse `a.this` and `{{else}}` of a decorator; no token is wrong there.
    throw new SyntaxFault({
      message: `expected a plain name, found an ${error.message.replace(/^I/, 'i').replace(/ - .*$/, '')}`,
      range: { start: scanner.tagStart, end: scanner.token.range.end },
    })
  }
}

function markWhitespace(program: RawProgram): void {
  for (const [index, statement] of program.body.entries()) {
    if (statement.type === 'MustacheStatement' && silentHelpers.has(nameOf(statement.path))) {
      statement.strip.inlineStandalone = true
    }
    if (statement.type !== 'BlockStatement') continue
    if (statement.program !== undefined) markWhitespace(statement.program)
    if (statement.inverse !== undefined) markWhitespace(statement.inverse)
    if (!silentBlocks.has(nameOf(statement.path))) {
      keepAround(program.body[index - 1], program.body[index + 1])
    }
  }
}

/** Whitespace control leaves alone what it believes it has trimmed already. */
function keepAround(before: RawStatement | undefined, after: RawStatement | undefined): void {
  if (before?.type === 'ContentStatement') before.leftStripped = true
  if (after?.type !== 'ContentStatement') return
  after.rightStripped = true
  after.keepsStart = true
}

function nameOf(path: RawExpression): string {
  return path.type === 'PathExpression' ? path.original : ''
}
