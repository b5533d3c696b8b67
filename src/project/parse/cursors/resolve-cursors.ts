/** The `new_rows` and `touched_keys` of models to what they follow; what cannot be followed is a fault with the way out. */
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import { firstOfEach } from '../../../core/first-of-each.ts'
import { loadColumns } from '../../../core/load/load.ts'
import {
  type Arrival,
  type CursorRead,
  type DeadLetterRule,
  keepsRows,
  type ModelNode,
  type Node,
  type UniqueId,
} from '../../../core/node.ts'
import type { CursorCall, TemplateEnvironment } from '../../template/template.ts'
import type { Draft } from '../drafts/draft.ts'
import { type KnownNodes, type PassedArrival, passedArrival, titleOf } from './passed-arrival.ts'
import type { KnownNames } from '../resolve-references.ts'
import { referencedId } from '../manifest.ts'
import { withArticle } from '../../../core/with-article.ts'

export interface CursorInput {
  /** Resolved, by unique id. */
  readonly nodes: ReadonlyMap<UniqueId, Node>
  readonly drafts: readonly Draft[]
  readonly names: KnownNames
  /** By package. */
  readonly environments: ReadonlyMap<string, TemplateEnvironment>
}

/** Nodes with their cursor reads, and views with the arrival column they pass on; faults are pushed. */
export function resolveCursors(
  input: CursorInput,
  faults: Diagnostic[],
): ReadonlyMap<UniqueId, Node> {
  const calls = input.drafts.filter((draft) => draft.facts.cursorReads.length > 0)
  const refusing = [...input.nodes.keys()].filter(
    (id) => rulesOf(input.nodes.get(id)) !== undefined,
  )
  if (calls.length === 0 && refusing.length === 0) return input.nodes
  const known: KnownNodes = {
    nodes: input.nodes,
    environments: input.environments,
    facts: new Map(input.drafts.map(({ node, facts }) => [node.uniqueId, facts])),
    passed: new Map(),
  }
  const nodes = new Map(input.nodes)
  for (const { node, facts } of calls) {
    const reader = input.nodes.get(node.uniqueId)
    if (reader === undefined || reader.resourceType === 'analysis') continue
    if (reader.resourceType !== 'model' || reader.materialization.name === 'ephemeral') {
      faults.push(...facts.cursorReads.map((call) => notHere(reader, call)))
      continue
    }
    const reads = facts.cursorReads.flatMap((call) => {
      const id = referencedId(input.names, call.reference, node.packageName)
      const upstream = id === undefined ? undefined : input.nodes.get(id)
      if (upstream === undefined) return []
      const passed = passedArrival(known, upstream)
      const fault = faultOf(call, upstream, passed)
      if (fault !== undefined) faults.push(fault)
      if (passed.kind === 'passed')
        nodes.set(upstream.uniqueId, withArrival(nodes, upstream, passed.arrival))
      return [toRead(call, upstream.uniqueId)]
    })
    const current = nodes.get(reader.uniqueId)
    if (current?.resourceType === 'model') {
      nodes.set(reader.uniqueId, { ...current, cursorReads: distinct(reads) })
    }
  }
  for (const id of refusing) {
    const node = nodes.get(id)
    if (node !== undefined) nodes.set(id, withFinality(known, node))
  }
  return nodes
}

function rulesOf(node: Node | undefined): DeadLetterRule | undefined {
  return node?.resourceType === 'model' ? node.deadLetters : undefined
}

function withFinality(known: KnownNodes, node: Node): Node {
  const rules = rulesOf(node)
  if (node.resourceType !== 'model' || rules === undefined) return node
  const passed = passedArrival(known, node)
  const isFinal = passed.kind === 'passed' && passed.arrival.column === loadColumns.sequence
  return { ...node, deadLetters: { ...rules, isFinal } }
}

function withArrival(nodes: ReadonlyMap<UniqueId, Node>, upstream: Node, arrival: Arrival): Node {
  const current = nodes.get(upstream.uniqueId) ?? upstream
  return current.resourceType === 'model' ? { ...current, arrival } : current
}

function toRead(call: CursorCall, upstream: UniqueId): CursorRead {
  const { span } = call.reference
  return call.kind === 'new_rows'
    ? { kind: call.kind, upstream, span }
    : { kind: call.kind, upstream, key: call.key, span }
}

function distinct(reads: readonly CursorRead[]): readonly CursorRead[] {
  return firstOfEach(reads, (read) =>
    JSON.stringify([read.kind, read.upstream, read.kind === 'touched_keys' ? read.key : []]),
  )
}

function notHere(reader: Node, call: CursorCall): Diagnostic {
  const what =
    reader.resourceType === 'model' ? 'an ephemeral model' : withArticle(reader.resourceType)
  return faultAt(call, {
    message: `expected ${call.kind} in a model that is built, found it in ${what}`,
    hint:
      reader.resourceType === 'model'
        ? 'a cursor belongs to a table: use it in the model that reads this one, or make this one incremental'
        : 'write ref: a test looks at all rows',
  })
}

function faultOf(call: CursorCall, upstream: Node, passed: PassedArrival): Diagnostic | undefined {
  if (passed.kind !== 'not') return undefined
  const name = titleOf(upstream)
  if (call.kind === 'touched_keys') {
    if (hasFeed(upstream)) return undefined
    return faultAt(call, {
      message: `expected something that records which keys change for touched_keys, found "${name}", ${passed.what}`,
      hint: hasFeed(passed.cause) ? feedHint(passed.cause, call) : passed.hint,
    })
  }
  return faultAt(call, {
    message: `expected something append-only for new_rows, found "${name}", ${passed.what}`,
    hint: rewritesRows(passed.cause) ? feedHint(passed.cause, call) : passed.hint,
  })
}

function faultAt(
  { kind, reference }: CursorCall,
  { message, hint }: { readonly message: string; readonly hint: string },
): Diagnostic {
  return errorDiagnostic({
    code: kind === 'new_rows' ? 'not-append-only' : 'no-change-feed',
    message,
    span: reference.span,
    hint,
    ...(reference.related === undefined ? {} : { related: reference.related }),
  })
}

function feedHint({ name }: Node, { reference }: CursorCall): string {
  if (reference.kind === 'ref' && reference.askedBy !== undefined) {
    return `go through the keys of the groups whose rows changed: touchedKeys("${name}", ["id"])`
  }
  return `read the groups whose rows changed: where key in {{touched_keys "${name}" key=".."}}`
}

/** A seed or an append could declare its arrival column instead. */
function rewritesRows(node: Node): boolean {
  if (node.resourceType === 'snapshot') return true
  if (node.resourceType !== 'model') return false
  const { materialization } = node
  if (materialization.name === 'incremental') return materialization.strategy !== 'append'
  if (materialization.name === 'scd2') return true
  return materialization.name === 'table'
}

/** What is written by assay row by row, or rebuilt as a table, can tell which keys changed. */
function hasFeed(node: Node): boolean {
  if (node.resourceType === 'seed' || node.resourceType === 'snapshot') return true
  return node.resourceType === 'model' && isTable(node)
}

function isTable({ materialization }: ModelNode): boolean {
  return materialization.name === 'table' || keepsRows(materialization)
}
