/** The text of a YAML file to placed values, or every fault of its syntax in our words. */
import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
  visit,
} from 'yaml'
import { type Diagnostic, errorDiagnostic, type SourceSpan } from '../../../core/diagnostic.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import { explainYamlError, unquotedTemplate, type YamlText } from './explain-yaml-error.ts'
import { type PlacedEntry, type PlacedValue, placedScalar, type Scalar } from './placed-value.ts'

/** Aliases are copied where they stand: a file of a few lines must not grow without bound. */
const largestDocument = 200_000

interface Conversion {
  readonly path: string
  readonly text: string
  readonly lines: LineCounter
  readonly document: Document.Parsed
  readonly faults: Diagnostic[]
  readonly open: Set<Node>
  count: number
}

/** An empty file, or one of comments only, is `undefined`. */
export function parseYaml(path: string, text: string): Result<PlacedValue | undefined> {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    schema: 'core',
    merge: true,
    prettyErrors: false,
    uniqueKeys: true,
  })
  if (document.errors.length + document.warnings.length > 0) {
    return failure(explainAll(document, { path, text, lines }))
  }
  if (document.contents === null) return success(undefined)
  const conversion: Conversion = {
    path,
    text,
    lines,
    document,
    faults: [],
    open: new Set(),
    count: 0,
  }
  const value = convert(document.contents, conversion)
  if (conversion.faults.length > 0) return failure(conversion.faults)
  const isEmpty =
    value.kind === 'scalar' &&
    value.value === null &&
    document.contents.range?.[0] === document.contents.range?.[1]
  return success(isEmpty ? undefined : value)
}

/** One cause often gives several errors on a line: the first of each line is told. */
function explainAll(
  document: Document.Parsed,
  source: { readonly path: string; readonly text: string; readonly lines: LineCounter },
): readonly Diagnostic[] {
  const { path, text, lines } = source
  const quotes = quotedStarts(document)
  const place: YamlText = {
    path,
    text,
    placeOf: (offset) => {
      const { line, col } = lines.linePos(offset)
      return { line: Math.max(1, line), column: Math.max(1, col) }
    },
    quoteBefore: (offset) => quotes.findLast((start) => start < offset) ?? offset,
  }
  const problems = [...document.errors, ...document.warnings]
  const told = new Set<number>()
  return problems
    .sort((left, right) => left.pos[0] - right.pos[0])
    .flatMap((problem) => {
      // What is told of a line may have been found on the one before.
      const { line } = place.placeOf(problem.pos[0])
      const diagnostic = explainYamlError(problem, place)
      const at = diagnostic.span?.line ?? line
      if (told.has(line) || told.has(at)) return []
      told.add(line).add(at)
      return [diagnostic]
    })
}

function quotedStarts(document: Document.Parsed): readonly number[] {
  const starts: number[] = []
  visit(document, {
    Scalar(_, { type, range }) {
      if (type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE') starts.push(range?.[0] ?? 0)
    },
  })
  return starts
}

function spanFrom(
  path: string,
  place: { readonly line: number; readonly col: number },
  length: number,
): SourceSpan {
  return { path, line: Math.max(1, place.line), column: Math.max(1, place.col), length }
}

/** From the node's first character to its end, at most to the end of the line; of a block map its first key, of a block list its first dash. */
function spanOf(node: Node, conversion: Conversion): SourceSpan {
  if (isMap(node) && node.flow !== true && isScalar(node.items[0]?.key)) {
    return spanOf(node.items[0].key, conversion)
  }
  if (isSeq(node) && node.flow !== true) {
    return spanFrom(conversion.path, conversion.lines.linePos(node.range?.[0] ?? 0), 1)
  }
  const start = node.range?.[0] ?? 0
  const end = Math.max(start + 1, node.range?.[1] ?? start + 1)
  const written = conversion.text.slice(start, end)
  const firstLine = written.slice(0, firstBreak(written)).trimEnd()
  return spanFrom(conversion.path, conversion.lines.linePos(start), Math.max(1, firstLine.length))
}

function firstBreak(text: string): number {
  const at = text.search(/[\r\n]/)
  return at < 0 ? text.length : at
}

function convert(node: Node, conversion: Conversion): PlacedValue {
  const span = spanOf(node, conversion)
  conversion.count += 1
  if (conversion.count > largestDocument) return tooLarge(span, conversion)
  if (isAlias(node)) return convertAlias(node, span, conversion)
  if (isMap(node)) return { kind: 'map', entries: convertPairs(node.items, conversion), span }
  if (isSeq(node)) {
    const items = node.items.map((item) => convertUnknown(item, span, conversion))
    return { kind: 'list', items, span }
  }
  const value = scalarOf(node)
  const source = isScalar(node) ? node.source : undefined
  return placedScalar(value, span, source ?? String(value))
}

/** Where nothing is written, the value is placed at its key. */
function convertUnknown(node: unknown, span: SourceSpan, conversion: Conversion): PlacedValue {
  if (isScalar(node) && node.value === null && node.range?.[0] === node.range?.[1]) {
    return { kind: 'scalar', value: null, span }
  }
  if (isScalar(node) || isMap(node) || isSeq(node) || isAlias(node))
    return convert(node, conversion)
  return { kind: 'scalar', value: null, span }
}

function tooLarge(span: SourceSpan, conversion: Conversion): PlacedValue {
  if (conversion.count === largestDocument + 1) {
    conversion.faults.push(
      errorDiagnostic({
        code: 'yaml-syntax',
        message: `expected at most ${largestDocument} values in a file, found more`,
        span,
        hint: 'aliases are copied where they stand: use fewer of them',
      }),
    )
  }
  return { kind: 'scalar', value: null, span }
}

function convertAlias(alias: Alias, span: SourceSpan, conversion: Conversion): PlacedValue {
  const target = alias.resolve(conversion.document)
  if (target === undefined || conversion.open.has(target)) {
    const message =
      target === undefined
        ? `expected an anchor defined earlier, found "*${alias.source}"`
        : `expected a value, found "*${alias.source}" inside what it stands for`
    conversion.faults.push(errorDiagnostic({ code: 'yaml-syntax', message, span }))
    return { kind: 'scalar', value: null, span }
  }
  conversion.open.add(target)
  const value = convert(target, conversion)
  conversion.open.delete(target)
  return value
}

/** Entries in order; a merge key's entries come after the map's own, which win over them. */
function convertPairs(
  pairs: readonly { readonly key: unknown; readonly value: unknown }[],
  conversion: Conversion,
): readonly PlacedEntry[] {
  const own: PlacedEntry[] = []
  const merged: PlacedEntry[] = []
  for (const pair of pairs) {
    const entry = convertPair(pair, conversion)
    if (entry === undefined) continue
    if (entry.key === '<<') merged.push(...mergedEntries(entry, conversion))
    else own.push(entry)
  }
  const known = new Set(own.map((entry) => entry.key))
  for (const entry of merged) {
    if (known.has(entry.key)) continue
    known.add(entry.key)
    own.push(entry)
  }
  return own
}

function convertPair(
  pair: { readonly key: unknown; readonly value: unknown },
  conversion: Conversion,
): PlacedEntry | undefined {
  if (!isScalar(pair.key)) {
    const key = isMap(pair.key) || isSeq(pair.key) || isAlias(pair.key) ? pair.key : undefined
    const start = key?.range?.[0] ?? 0
    const isTemplate = conversion.text.slice(start - 1, start + 1) === '{{'
    const words = isTemplate
      ? unquotedTemplate
      : { message: 'expected a text as key, found a list, a map or an alias' }
    const span = spanFrom(conversion.path, conversion.lines.linePos(start), 1)
    conversion.faults.push(errorDiagnostic({ code: 'yaml-syntax', span, ...words }))
    return undefined
  }
  const keySpan = spanOf(pair.key, conversion)
  const key = typeof pair.key.value === 'string' ? pair.key.value : (pair.key.source ?? '')
  return { key, keySpan, value: convertUnknown(pair.value, keySpan, conversion) }
}

function mergedEntries(entry: PlacedEntry, conversion: Conversion): readonly PlacedEntry[] {
  const sources = entry.value.kind === 'list' ? entry.value.items : [entry.value]
  return sources.flatMap((source) => {
    if (source.kind === 'map') return source.entries
    conversion.faults.push(
      errorDiagnostic({
        code: 'yaml-syntax',
        message: 'expected a map, or a list of maps, to merge with "<<"',
        span: source.span,
      }),
    )
    return []
  })
}

/** What is no JSON (NaN, infinities) stays the text that was written. */
function scalarOf(node: Node): Scalar {
  if (!isScalar(node)) return null
  const { value, source } = node
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : (source ?? String(value))
  return null
}
