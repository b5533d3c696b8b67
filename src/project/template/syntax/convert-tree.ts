/** Turns Handlebars' tree into ours: offsets of what is left after trimming, and nodes for what is not supported. */
import type { RawCall, RawExpression, RawProgram, RawStatement } from 'handlebars/raw-tree'
import { never } from '../../../core/never.ts'
import type { Range } from './source-text.ts'
import type { Call, Expression, Literal, NamedArgument, Path, Program, Statement } from './syntax-tree.ts'

export function convertTree(program: RawProgram, text: string): Program {
  const statements: Statement[] = []
  for (const raw of program.body) {
    const statement = convertStatement(raw, text)
    if (statement !== undefined) statements.push(statement)
  }
  return statements
}

function convertStatement(raw: RawStatement, text: string): Statement | undefined {
  const range = rangeOf(raw)
  switch (raw.type) {
    case 'CommentStatement':
      return undefined
    case 'ContentStatement':
      return convertContent(raw)
    case 'MustacheStatement':
      if (raw.escaped) return { kind: 'print', call: convertCall(raw, range, text), range }
      return unsupported(text.startsWith('&', range.start + 2) ? '{{&x}}' : '{{{x}}}', 'write {{x}}', range)
    case 'BlockStatement':
      return convertBlock(raw, range, text)
    case 'PartialStatement':
      return convertPartial(raw, range, text)
    case 'PartialBlockStatement':
      return unsupported('{{#> x}}', 'call a macro as a block: {{#x}}..{{/x}}', range)
    case 'Decorator':
      return unsupported('{{* x}}', 'decorators are not part of the language', range)
    case 'DecoratorBlock':
      return unsupported('{{#* x}}', 'write a macro in macros/*.sql', range)
    default:
      return never(raw)
  }
}

function unsupported(what: string, hint: string, range: Range): Statement {
  return { kind: 'unsupported', what, hint, range }
}

function convertContent(
  raw: RawStatement & { readonly type: 'ContentStatement' },
): Statement | undefined {
  if (raw.value === '') return undefined
  const start = raw.loc.start.column + trimmedAtStart(raw)
  return { kind: 'text', text: raw.value, range: { start, end: start + raw.value.length } }
}

/** How many characters whitespace control took from the beginning. */
function trimmedAtStart(raw: RawStatement & { readonly type: 'ContentStatement' }): number {
  if (raw.rightStripped !== true) return 0
  const isBlank = raw.value.trim() === ''
  if (!isBlank) return raw.original.search(/\S/) - raw.value.search(/\S/)
  if (raw.keepsStart === true) return 0
  return /^[ \t]*\r?\n?/.exec(raw.original)?.[0].length ?? 0
}

function convertBlock(
  raw: RawStatement & { readonly type: 'BlockStatement' | 'DecoratorBlock' },
  range: Range,
  text: string,
): Statement {
  const lastArgument = raw.hash?.pairs.at(-1) ?? raw.params.at(-1) ?? raw.path
  const openingEnd = text.indexOf('}}', lastArgument.loc.end.column) + 2
  const opening = { start: range.start, end: openingEnd }
  return {
    kind: 'block',
    call: convertCall(raw, opening, text),
    parameters: raw.program?.blockParams ?? raw.inverse?.blockParams ?? [],
    body: raw.program === undefined ? [] : convertTree(raw.program, text),
    otherwise: raw.inverse === undefined ? undefined : convertTree(raw.inverse, text),
    range,
    opening,
  }
}

function convertPartial(
  raw: RawStatement & { readonly type: 'PartialStatement' | 'PartialBlockStatement' },
  range: Range,
  text: string,
): Statement {
  const name = text.slice(raw.name.loc.start.column, raw.name.loc.end.column)
  if (raw.params.length > 0 || raw.hash !== undefined) {
    return unsupported('arguments of a partial', 'write {{> @partial-block}}', range)
  }
  return { kind: 'partial', name, range }
}

function convertCall(raw: RawCall, range: Range, text: string): Call {
  return {
    kind: 'call',
    callee: convertCallee(raw.path, text),
    args: raw.params.map((argument) => convertExpression(argument, text)),
    named: (raw.hash?.pairs ?? []).map(
      (pair): NamedArgument => ({
        key: pair.key,
        value: convertExpression(pair.value, text),
        range: rangeOf(pair),
      }),
    ),
    range,
  }
}

function convertCallee(raw: RawExpression, text: string): Path | Literal {
  const expression = convertExpression(raw, text)
  if (expression.kind !== 'call') return expression
  // `((a) b)` cannot be written in Handlebars 4; a path that names nothing is refused by the check.
  return pathOf(expression.range, text, [])
}

function convertExpression(raw: RawExpression, text: string): Expression {
  const range = rangeOf(raw)
  switch (raw.type) {
    case 'StringLiteral':
    case 'NumberLiteral':
    case 'BooleanLiteral':
      return { kind: 'literal', value: raw.value, range }
    case 'NullLiteral':
      return { kind: 'literal', value: null, range }
    case 'UndefinedLiteral':
      return pathOf(range, text, ['undefined'])
    case 'SubExpression':
      return convertCall(raw, range, text)
    case 'PathExpression':
      return { ...pathOf(range, text, raw.parts), depth: raw.depth }
    default:
      return never(raw)
  }
}

/** The base is read from the source: the tree does not tell `this.x` from `x`. */
function pathOf(range: Range, text: string, parts: readonly string[]): Path {
  const original = text.slice(range.start, range.end)
  const base = original.startsWith('@') ? 'data' : /^(?:this(?![^./])|\.)/.test(original) ? 'this' : 'name'
  return { kind: 'path', original, base, parts, depth: 0, range }
}

function rangeOf(raw: { readonly loc: RawCall['loc'] }): Range {
  return { start: raw.loc.start.column, end: raw.loc.end.column }
}
