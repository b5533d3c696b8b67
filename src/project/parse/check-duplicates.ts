/** Two nodes of one name, or of one relation: each pair a fault with both places. */
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import { never } from '../../core/never.ts'
import { relationKey } from '../../core/relation.ts'
import type { AdapterName } from '../../core/target.ts'
import { unitTestName } from '../../core/node/unit-test.ts'
import type { DraftNode } from './drafts/draft.ts'

/** DuckDB takes `orders` and `ORDERS` for one table, quoted or not; Postgres for two. */
export function checkDuplicates(
  nodes: readonly DraftNode[],
  adapter: AdapterName,
): readonly Diagnostic[] {
  const fold = (key: string) => (adapter === 'duckdb' ? key.toLowerCase() : key)
  return [...duplicateNames(nodes), ...duplicateRelations(nodes, fold)]
}

function duplicateNames(nodes: readonly DraftNode[]): readonly Diagnostic[] {
  return firstAndSecond(nodes, nameKey).map(({ first, second, key }) =>
    errorDiagnostic({
      code: 'duplicate-name',
      message: `expected one ${wordFor(second)} named "${nameIn(key)}", found a second one in ${second.path}`,
      span: second.span,
      hint: hintFor(second),
      related: [{ message: 'first defined here', span: first.span }],
    }),
  )
}

/** Without the kind and the package. */
function nameIn(key: string): string {
  const name = key.slice(key.indexOf(' ') + 1)
  return key.startsWith('test.') ? name : name.slice(name.indexOf('/') + 1)
}

/** Refs name models, seeds and snapshots; sources, tests and analyses have name spaces of their own. */
function nameKey(node: DraftNode): string | undefined {
  switch (node.resourceType) {
    case 'model':
    case 'seed':
    case 'snapshot':
      return `ref ${node.packageName}/${node.name}`
    case 'source':
      return `source ${node.packageName}/${node.sourceName}.${node.name}`
    case 'test':
      return node.variant.kind === 'singular'
        ? `test ${node.packageName}/${node.name}`
        : `${node.uniqueId} ${node.name}`
    case 'unit_test':
      return `unit_test ${unitTestName(node)}`
    case 'analysis':
    case 'exposure':
      return `${node.resourceType} ${node.packageName}/${node.name}`
  }
}

function wordFor(node: DraftNode): string {
  switch (node.resourceType) {
    case 'model':
    case 'seed':
    case 'snapshot':
      return 'node'
    case 'source':
      return 'source table'
    case 'test':
    case 'analysis':
    case 'exposure':
      return node.resourceType
    case 'unit_test':
      return 'unit test'
    default:
      return never(node)
  }
}

function hintFor(node: DraftNode): string {
  switch (node.resourceType) {
    case 'model':
    case 'seed':
    case 'snapshot':
      return 'rename one of them; use "alias" if both should have the same table name'
    case 'source':
      return 'declare it once'
    case 'test':
      return node.variant.kind === 'singular'
        ? 'rename one of them'
        : 'remove one of them, or give it a "name" of its own'
    case 'analysis':
    case 'exposure':
    case 'unit_test':
      return 'rename one of them'
  }
}

function duplicateRelations(
  nodes: readonly DraftNode[],
  fold: (key: string) => string,
): readonly Diagnostic[] {
  const keyOf = (node: DraftNode) => {
    const key = relationOf(node)
    return key === undefined ? undefined : fold(key)
  }
  // Two nodes of one name would be one relation too: once is enough to say it.
  const pairs = firstAndSecond(nodes, keyOf).filter(
    ({ first, second }) => first.name !== second.name || first.packageName !== second.packageName,
  )
  return pairs.map(({ first, second, key }) =>
    errorDiagnostic({
      code: 'duplicate-relation',
      message: `expected one node to build "${key}", found "${first.name}" and "${second.name}"`,
      span: second.span,
      hint: 'give one of them another "alias" or "schema"',
      related: [{ message: 'the other one', span: first.span }],
    }),
  )
}

function relationOf(node: DraftNode): string | undefined {
  if (node.resourceType === 'model') {
    return node.materialization.name === 'ephemeral' ? undefined : relationKey(node.relation)
  }
  if (node.resourceType === 'test') {
    // Its failing rows are kept there, in this run or under --store-failures.
    const { isStored, relation } = node.storedFailures
    return isStored === false ? undefined : relationKey(relation)
  }
  return node.resourceType === 'seed' || node.resourceType === 'snapshot'
    ? relationKey(node.relation)
    : undefined
}

function firstAndSecond(
  nodes: readonly DraftNode[],
  keyOf: (node: DraftNode) => string | undefined,
): readonly { readonly first: DraftNode; readonly second: DraftNode; readonly key: string }[] {
  const seen = new Map<string, DraftNode>()
  return nodes.flatMap((node) => {
    const key = keyOf(node)
    if (key === undefined) return []
    const first = seen.get(key)
    if (first === undefined) seen.set(key, node)
    if (first === undefined) return []
    return [{ first, second: node, key }]
  })
}
