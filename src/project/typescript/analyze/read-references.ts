/** The calls of a model's context to references, as far as they are known without running it. */
import type { AnyNode, CallExpression, Expression } from 'acorn'
import type { CursorCall, Reference } from '../../template/template.ts'
import type { ContextUse } from './find-reads.ts'
import { describe, type FactsReader, placeOf, report } from './facts-reader.ts'
import { fold, type Folded } from './fold.ts'
import { argumentOf } from './syntax.ts'

export interface ReadCalls {
  readonly references: readonly Reference[]
  readonly cursorReads: readonly CursorCall[]
}

/** `isListed`: the config lists what may be read, so a name may be made when it runs. */
export function readReferences(
  reader: FactsReader,
  uses: readonly ContextUse[],
  isListed: boolean,
): ReadCalls {
  const references: Reference[] = []
  const cursorReads: CursorCall[] = []
  for (const { member, call } of uses) {
    if (call === undefined) continue
    if (member === 'ref' || member === 'source') {
      const reference = referenceOf(reader, call, { member, isListed })
      if (reference !== undefined) references.push(reference)
    }
    if (member === 'newRows' || member === 'touchedKeys') {
      const read = cursorOf(reader, call, member)
      if (read === undefined) continue
      references.push(read.reference)
      cursorReads.push(read)
    }
  }
  return { references, cursorReads }
}

function referenceOf(
  reader: FactsReader,
  call: CallExpression,
  { member, isListed }: { readonly member: 'ref' | 'source'; readonly isListed: boolean },
): Reference | undefined {
  const texts = namesIn(reader, call, { member, isListed })
  if (texts === undefined) return undefined
  const [first = '', second] = texts
  const span = placeOf(reader, call.arguments[0] ?? call)
  if (member === 'source') {
    if (second !== undefined) return { kind: 'source', sourceName: first, tableName: second, span }
    report(reader, call, {
      code: 'wrong-arguments',
      message: `expected a source and its table for source, found "${first}"`,
      hint: 'write context.source("source", "table")',
    })
    return undefined
  }
  const version = versionOf(reader, call)
  return {
    kind: 'ref',
    name: second ?? first,
    ...(second === undefined ? {} : { packageName: first }),
    ...(version === undefined ? {} : { version }),
    askedBy: member,
    span,
  }
}

/** One text or two; what follows them are options. */
function namesIn(
  reader: FactsReader,
  call: CallExpression,
  { member, isListed }: { readonly member: string; readonly isListed: boolean },
): readonly string[] | undefined {
  const folded = call.arguments.map((_, index) => foldedArgument(reader, call, index))
  const [first, second] = folded
  const firstText = first === undefined ? undefined : textOf(first)
  if (firstText === undefined) {
    if (!isListed) dynamic(reader, first?.node ?? call, { member, found: first })
    return undefined
  }
  const isOptions = second === undefined || second.kind === 'list' || isObject(second)
  if (isOptions) return [firstText]
  const secondText = textOf(second)
  if (secondText !== undefined) return [firstText, secondText]
  // Options that are put together when it runs.
  if (member === 'ref' || member === 'newRows') return [firstText]
  if (!isListed) dynamic(reader, second.node, { member, found: second })
  return undefined
}

function foldedArgument(reader: FactsReader, call: CallExpression, index: number): Folded {
  const argument: Expression | undefined = argumentOf(call, index)
  return argument === undefined ? { kind: 'unknown', node: call } : fold(reader.syntax, argument)
}

function isObject(value: Folded): boolean {
  return value.kind === 'object' || value.node.type === 'ObjectExpression'
}

function textOf(value: Folded): string | undefined {
  return value.kind === 'scalar' && typeof value.value === 'string' ? value.value : undefined
}

function dynamic(
  reader: FactsReader,
  node: AnyNode,
  { member, found }: { readonly member: string; readonly found: Folded | undefined },
): void {
  report(reader, node, {
    code: 'dynamic-ref',
    message: `expected a name in quotes for ${member}, found ${found === undefined ? 'nothing' : describe(found)}`,
    hint: hintFor(reader, node, member),
  })
}

function hintFor(reader: FactsReader, node: AnyNode, member: string): string {
  if (member === 'ref') return 'write the name out, or list all that may be read: refs: ["a", "b"]'
  if (member === 'source') {
    return 'write the names out, or list all that may be read: sources: [["raw", "a"]]'
  }
  const key = member === 'touchedKeys' ? ', ["id"]' : ''
  // Of `newRows(context.source("raw", "events"))`: templates are written so.
  const written = node.type === 'CallExpression' ? node.arguments : []
  const names = written.map((_, index) =>
    node.type === 'CallExpression' ? textOf(foldedArgument(reader, node, index)) : undefined,
  )
  const known = names.filter((name) => name !== undefined)
  if (known.length > 0 && known.length === names.length) {
    const list = known.map((name) => JSON.stringify(name)).join(', ')
    return `it takes the names themselves: ${member}(${list}${key})`
  }
  return `write the name out: ${member}("orders"${key}), or ${member}("raw", "orders"${key}) of a source`
}

function versionOf(reader: FactsReader, call: CallExpression): string | undefined {
  const last = call.arguments.at(-1)
  if (last === undefined || last.type === 'SpreadElement') return undefined
  const options = fold(reader.syntax, last)
  const version = options.kind === 'object' ? options.entries.get('version')?.value : undefined
  return version?.kind === 'scalar' && version.value !== null ? String(version.value) : undefined
}

function cursorOf(
  reader: FactsReader,
  call: CallExpression,
  member: 'newRows' | 'touchedKeys',
): CursorCall | undefined {
  const texts = namesIn(reader, call, { member, isListed: false })
  if (texts === undefined) return undefined
  const [first = '', second] = texts
  const span = placeOf(reader, call.arguments[0] ?? call)
  const version = versionOf(reader, call)
  const reference: Reference =
    second === undefined
      ? {
          kind: 'ref',
          name: first,
          ...(version === undefined ? {} : { version }),
          askedBy: member,
          span,
        }
      : { kind: 'source', sourceName: first, tableName: second, span }
  if (member === 'newRows') return { kind: 'new_rows', reference }
  const key = keyOf(foldedArgument(reader, call, texts.length))
  if (key !== undefined) return { kind: 'touched_keys', reference, key }
  report(reader, call.arguments[texts.length] ?? call, {
    code: 'wrong-arguments',
    message: 'expected the columns of the key for touchedKeys, written out, found something else',
    hint: 'write context.touchedKeys("orders", ["customer_id"])',
  })
  return undefined
}

function keyOf(value: Folded): readonly string[] | undefined {
  if (value.kind !== 'list' || value.items.length === 0) return undefined
  const names = value.items.map(textOf)
  return names.every((name) => name !== undefined) ? names : undefined
}
