/** `export default defineModel({ .. }, async function* ..)` to the model's config, columns and what it reads. */
import type { CallExpression } from 'acorn'
import type { ConfigEntry } from '../../read/config-entry.ts'
import type { Reference } from '../../template/template.ts'
import { frameworkScheme } from '../compile/esbuild-options.ts'
import type { ColumnFacts, ModelFacts } from '../module.ts'
import { findUses, isFunction } from './find-reads.ts'
import { findUnstable } from './find-unstable.ts'
import { leavesLooseEnds } from './leaves-loose-ends.ts'
import { describe, entriesOf, type FactsReader, placeOf, report, textOf } from './facts-reader.ts'
import { fold, type Folded, type FoldedEntry, jsonOf } from './fold.ts'
import { readReferences } from './read-references.ts'
import { argumentOf, frameworkCall, resolved } from './syntax.ts'

const example =
  'write export default defineModel({ columns: { .. } }, async function* (context) { .. })'

/** undefined: it was at fault. */
export function readModel(reader: FactsReader): ModelFacts | undefined {
  const { syntax, top } = reader
  const local = syntax.exports.get('default')
  const made = local === undefined ? undefined : syntax.constants.get(local)
  const called = made === undefined ? undefined : frameworkCall(syntax, resolved(syntax, made))
  if (called?.name === 'defineModel') return readCall(reader, called.call)
  const message =
    local === undefined
      ? 'expected a model as the default export, found none'
      : 'expected defineModel(..) as the default export, found something else'
  if (made === undefined) {
    reader.faults.push({
      severity: 'error',
      code: 'missing-model',
      message,
      span: top,
      hint: `${example}; a file whose name begins with _ is no model`,
    })
  } else report(reader, made, { code: 'missing-model', message, hint: example })
  return undefined
}

function readCall(reader: FactsReader, call: CallExpression): ModelFacts | undefined {
  const before = reader.faults.length
  const [spec, runArgument] = [argumentOf(call, 0), argumentOf(call, 1)]
  const run = runArgument === undefined ? undefined : resolved(reader.syntax, runArgument)
  if (spec === undefined || run === undefined || !isFunction(run)) {
    report(reader, runArgument ?? call, {
      code: 'invalid-value',
      message: 'expected a config and a function for defineModel, found something else',
      hint: example,
    })
    return undefined
  }
  const folded = fold(reader.syntax, spec)
  if (folded.kind !== 'object') {
    report(reader, folded.node, {
      code: 'invalid-value',
      message: `expected the config of the model written out, found ${describe(folded)}`,
      hint: 'it is read without running the file: literals, and constants given such',
    })
    return undefined
  }
  const inside = { ...reader, syntax: { ...reader.syntax, ...reader.syntax.inside } }
  const uses = findUses(inside.syntax, run)
  const { refs, sources, columns, ...config } = Object.fromEntries(folded.entries)
  const listed = [...readRefs(reader, refs), ...readSources(reader, sources)]
  const reads = readReferences(inside, uses, refs !== undefined || sources !== undefined)
  const facts: ModelFacts = {
    span: placeOf(reader, call),
    config: readConfig(reader, config),
    columns: columns === undefined ? undefined : readColumns(reader, columns.value),
    references: [...listed, ...reads.references],
    cursorReads: reads.cursorReads,
    asksIncremental: uses.some(({ member }) => member === 'isIncremental'),
    leavesLooseEnds: leavesLooseEnds(reader.syntax.program, frameworkScheme),
    unstable: findUnstable(reader, uses),
  }
  return reader.faults.length > before ? undefined : facts
}

function readConfig(
  reader: FactsReader,
  entries: Readonly<Record<string, FoldedEntry>>,
): Readonly<Record<string, ConfigEntry>> {
  const config: Record<string, ConfigEntry> = {}
  for (const [key, { value, node }] of Object.entries(entries)) {
    const json = jsonOf(value)
    if (json === undefined) {
      report(reader, value.node, {
        code: 'invalid-value',
        message: `expected a value that is written out for "${key}", found ${describe(value)}`,
        hint: 'it is read without running the file: literals, and constants given such',
      })
      continue
    }
    config[key] = { value: json, span: placeOf(reader, node) }
  }
  return config
}

function readRefs(reader: FactsReader, entry: FoldedEntry | undefined): readonly Reference[] {
  return itemsOf(reader, entry, 'refs').flatMap((item): readonly Reference[] => {
    const span = placeOf(reader, item.node)
    if (item.kind === 'scalar' && typeof item.value === 'string') {
      return [{ kind: 'ref', name: item.value, span }]
    }
    const entries = entriesOf(reader, item, {
      of: 'an item of "refs"',
      allowed: ['name', 'package', 'version'],
    })
    const name = textOf(reader, entries?.get('name'), '"name"')
    if (name === undefined) return []
    const packageName = textOf(reader, entries?.get('package'), '"package"')
    const version = entries?.get('version')?.value
    return [
      {
        kind: 'ref',
        name,
        ...(packageName === undefined ? {} : { packageName }),
        ...(version?.kind === 'scalar' ? { version: String(version.value) } : {}),
        span,
      },
    ]
  })
}

function readSources(reader: FactsReader, entry: FoldedEntry | undefined): readonly Reference[] {
  return itemsOf(reader, entry, 'sources').flatMap((item): readonly Reference[] => {
    const texts =
      item.kind === 'list'
        ? item.items.map((each) => (each.kind === 'scalar' ? String(each.value) : undefined))
        : []
    const [sourceName, tableName] = texts
    if (texts.length === 2 && sourceName !== undefined && tableName !== undefined) {
      return [{ kind: 'source', sourceName, tableName, span: placeOf(reader, item.node) }]
    }
    report(reader, item.node, {
      code: 'invalid-value',
      message: `expected a source and its table in "sources", found ${describe(item)}`,
      hint: 'write sources: [["raw", "ads"]]',
    })
    return []
  })
}

function itemsOf(
  reader: FactsReader,
  entry: FoldedEntry | undefined,
  key: string,
): readonly Folded[] {
  if (entry === undefined) return []
  if (entry.value.kind === 'list') return entry.value.items
  report(reader, entry.value.node, {
    code: 'invalid-value',
    message: `expected a list for "${key}", found ${describe(entry.value)}`,
  })
  return []
}

function readColumns(reader: FactsReader, columns: Folded): readonly ColumnFacts[] | undefined {
  if (columns.kind !== 'object' || columns.entries.size === 0) {
    report(reader, columns.node, {
      code: 'invalid-value',
      message: `expected the columns of the model by name, found ${columns.kind === 'object' ? 'none' : describe(columns)}`,
      hint: 'write columns: { id: "bigint", name: "varchar" }',
    })
    return undefined
  }
  return [...columns.entries].flatMap(([name, { value, node }]) => {
    const span = placeOf(reader, node)
    if (value.kind === 'scalar' && typeof value.value === 'string') {
      return [{ name, type: value.value, isNullable: true, description: '', span }]
    }
    if (value.kind !== 'object') {
      report(reader, value.node, {
        code: 'invalid-value',
        message: `expected a type of the database for the column "${name}", found ${describe(value)}`,
        hint: `write ${name}: "bigint", or ${name}: { type: "bigint", nullable: false }`,
      })
      return []
    }
    const entries = entriesOf(reader, value, {
      of: `the column "${name}"`,
      allowed: ['type', 'nullable', 'description'],
    })
    const type = textOf(reader, entries?.get('type'), `the type of "${name}"`)
    if (entries === undefined) return []
    if (type === undefined) {
      if (!entries.has('type')) {
        report(reader, value.node, {
          code: 'missing-key',
          message: `expected a type for the column "${name}", found none`,
        })
      }
      return []
    }
    const nullable = entries.get('nullable')?.value
    const isNullable = nullable?.kind !== 'scalar' || nullable.value !== false
    const description = textOf(reader, entries.get('description'), '"description"') ?? ''
    return [{ name, type, isNullable, description, span }]
  })
}
