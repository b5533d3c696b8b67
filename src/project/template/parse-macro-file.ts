/** Turns a file of `{{#macro ..}}` and `{{#test ..}}` blocks into definitions. */
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import type { Json } from '../../core/json.ts'
import { failure, type Result, success } from '../../core/result.ts'
import { type AdapterName, adapterNames } from '../../core/target.ts'
import { parseTemplate } from './parse-template.ts'
import { spanOf, type Range } from './syntax/source-text.ts'
import {
  type Block,
  calleeName,
  type Expression,
  type Program,
  type Statement,
} from './syntax/syntax-tree.ts'
import type { TemplateMacro, Template } from './template.ts'

const plainName = /^[A-Za-z_][A-Za-z0-9_]*$/

export function parseMacroFile(
  file: { readonly path: string; readonly text: string },
  { isBuiltIn, packageName }: { readonly isBuiltIn: boolean; readonly packageName?: string },
): Result<readonly TemplateMacro[]> {
  const parsed = parseTemplate(file)
  if (!parsed.ok) return parsed
  const reader: Reader = { template: parsed.value, isBuiltIn, diagnostics: [] }
  const definitions = parsed.value.ast.flatMap((statement) => readStatement(reader, statement))
  if (reader.diagnostics.length > 0) return failure(reader.diagnostics)
  if (packageName === undefined) return success(definitions)
  return success(definitions.map((definition) => ({ ...definition, packageName })))
}

interface Reader {
  readonly template: Template
  readonly isBuiltIn: boolean
  readonly diagnostics: Diagnostic[]
}

function report(
  reader: Reader,
  range: Range,
  fault: Pick<Diagnostic, 'code' | 'message' | 'hint'>,
) {
  reader.diagnostics.push(errorDiagnostic({ ...fault, span: spanOf(reader.template, range) }))
}

function readStatement(reader: Reader, statement: Statement): readonly TemplateMacro[] {
  if (statement.kind === 'text') {
    const offset = statement.text.search(/\S/)
    if (offset >= 0) misplaced(reader, statement.range.start + offset, statement.range.end)
    return []
  }
  const kind = statement.kind === 'block' ? calleeName(statement.call) : undefined
  if (statement.kind !== 'block' || (kind !== 'macro' && kind !== 'test')) {
    const range = statement.kind === 'block' ? statement.opening : statement.range
    misplaced(reader, range.start, range.end)
    return []
  }
  const definition = readDefinition(reader, statement, kind)
  return definition === undefined ? [] : [definition]
}

function misplaced(reader: Reader, start: number, end: number): void {
  const text = reader.template.text.slice(start, end).split('\n', 1)[0]?.trimEnd() ?? ''
  report(
    reader,
    { start, end: start + text.length },
    {
      code: 'template-syntax',
      message: `expected {{#macro ..}} or {{#test ..}} in a macro file, found ${JSON.stringify(text)}`,
    },
  )
}

function readDefinition(
  reader: Reader,
  block: Block,
  kind: 'macro' | 'test',
): TemplateMacro | undefined {
  const before = reader.diagnostics.length
  const [name, ...positional] = block.call.args.map((argument) => readName(reader, argument))
  if (block.call.args.length === 0) {
    report(reader, block.opening, {
      code: 'wrong-arguments',
      message: `expected the name of the ${kind} in quotes, found none`,
      hint: `write {{#${kind} "name" "parameter" other=1}}`,
    })
  }
  const adapter = readAdapter(reader, block)
  const named = block.call.named
    .filter(({ key }) => key !== 'adapter')
    .map(({ key, value }) => ({ name: key, default: readDefault(reader, key, value) ?? null }))
  refuseOddities(reader, block, kind)
  refuseDoubled(reader, block, [...positional, ...named.map((parameter) => parameter.name)])
  if (reader.diagnostics.length > before || name === undefined) return undefined
  const quoted = positional.filter((parameter) => parameter !== undefined)
  return {
    language: 'template',
    kind,
    name,
    adapter,
    positional: quoted,
    named,
    parameters: [...quoted, ...named.map((parameter) => parameter.name)],
    body: trimBody(block),
    source: reader.template,
    takesBlock: holdsPartial(block.body),
    gives: givenBy(block.body),
    span: spanOf(reader.template, block.opening),
    end: block.range.end,
    isBuiltIn: reader.isBuiltIn,
  }
}

function readName(reader: Reader, argument: Expression): string | undefined {
  const isText = argument.kind === 'literal' && typeof argument.value === 'string'
  if (isText && plainName.test(argument.value)) return argument.value
  const found = reader.template.text.slice(argument.range.start, argument.range.end)
  report(reader, argument.range, {
    code: 'wrong-arguments',
    message: `expected a name in quotes, of letters, digits and _, found ${found}`,
  })
  return undefined
}

function readAdapter(reader: Reader, block: Block): AdapterName | undefined {
  const argument = block.call.named.find(({ key }) => key === 'adapter')?.value
  if (argument === undefined) return undefined
  const adapter = adapterNames.find(
    (name) => argument.kind === 'literal' && name === argument.value,
  )
  if (adapter !== undefined) return adapter
  const found = reader.template.text.slice(argument.range.start, argument.range.end)
  report(reader, argument.range, {
    code: 'invalid-value',
    message: `expected ${adapterNames.map((name) => `"${name}"`).join(' or ')} for adapter, found ${found}`,
  })
  return undefined
}

/** Literals, and lists and dicts of them. */
function readDefault(reader: Reader, key: string, value: Expression): Json | undefined {
  const folded = fold(value)
  if (folded !== undefined) return folded
  const found = reader.template.text.slice(value.range.start, value.range.end)
  report(reader, value.range, {
    code: 'wrong-arguments',
    message: `expected a literal, a list or a dict as the default of "${key}", found ${found}`,
  })
  return undefined
}

function fold(value: Expression): Json | undefined {
  if (value.kind === 'literal') return value.value
  if (value.kind === 'path') return undefined
  const name = calleeName(value)
  if (name === 'list' && value.named.length === 0) {
    const items = value.args.map(fold).filter((item) => item !== undefined)
    return items.length === value.args.length ? items : undefined
  }
  if (name !== 'dict' || value.args.length > 0) return undefined
  const entries: [string, Json][] = []
  for (const pair of value.named) {
    const item = fold(pair.value)
    if (item === undefined) return undefined
    entries.push([pair.key, item])
  }
  return Object.fromEntries(entries)
}

function refuseOddities(reader: Reader, block: Block, kind: 'macro' | 'test'): void {
  if (block.otherwise !== undefined) {
    const message = `expected no {{else}} in {{#${kind}}}, found one`
    report(reader, block.opening, { code: 'template-syntax', message })
  }
  if (block.parameters.length > 0) {
    report(reader, block.opening, {
      code: 'template-syntax',
      message: `expected the parameters of {{#${kind}}} in quotes, found "as |${block.parameters.join(' ')}|"`,
      hint: `write {{#${kind} "name" ${block.parameters.map((name) => `"${name}"`).join(' ')}}}`,
    })
  }
}

function refuseDoubled(
  reader: Reader,
  block: Block,
  parameters: readonly (string | undefined)[],
): void {
  for (const [index, name] of parameters.entries()) {
    if (name === undefined || parameters.indexOf(name) === index) continue
    const message = `expected each parameter once, found "${name}" twice`
    report(reader, block.opening, { code: 'wrong-arguments', message })
  }
}

/** One newline at each end is not part of the body; a tag alone on its line took the first one already. */
function trimBody(block: Block): Program {
  const body = [...block.body]
  const first = body[0]
  if (first?.kind === 'text' && first.range.start === block.opening.end) {
    body[0] = cut(first, /^\r?\n/.exec(first.text)?.[0].length ?? 0, 0)
  }
  const last = body.at(-1)
  if (last?.kind === 'text') {
    body[body.length - 1] = cut(last, 0, /\r?\n$/.exec(last.text)?.[0].length ?? 0)
  }
  return body.filter((statement) => statement.kind !== 'text' || statement.text !== '')
}

function cut(
  statement: Statement & { readonly kind: 'text' },
  atStart: number,
  atEnd: number,
): Statement {
  const { text, range } = statement
  return {
    kind: 'text',
    text: text.slice(atStart, text.length - atEnd),
    range: { start: range.start + atStart, end: range.end - atEnd },
  }
}

function holdsPartial(program: Program): boolean {
  return program.some((statement) => {
    if (statement.kind === 'partial') return statement.name === '@partial-block'
    if (statement.kind !== 'block') return false
    return holdsPartial(statement.body) || holdsPartial(statement.otherwise ?? [])
  })
}

/** `yield` makes a list; `return` alone makes the value it is given. */
function givenBy(body: Program): TemplateMacro['gives'] {
  const statements = callsIn(body)
  if (statements.has('yield')) return 'list'
  return statements.has('return') ? 'value' : 'text'
}

/** Names of what is called as a statement, in all branches. */
function callsIn(program: Program): ReadonlySet<string> {
  return new Set(
    program.flatMap((statement) => {
      if (statement.kind === 'print') return [calleeName(statement.call) ?? '']
      if (statement.kind !== 'block') return []
      return [...callsIn(statement.body), ...callsIn(statement.otherwise ?? [])]
    }),
  )
}
