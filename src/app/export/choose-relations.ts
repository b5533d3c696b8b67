/** A selection to the tables and views that can be exported, each with its place at the destination. */
import { join } from 'node:path'
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import { never } from '../../core/never.ts'
import type { Node } from '../../core/node.ts'
import { isTest } from '../../core/node/is-test.ts'
import { type Relation, relationKey } from '../../core/relation.ts'
import { failure, type Result, success } from '../../core/result.ts'
import type { LoadedProject } from '../load-project.ts'
import { chooseNodes, ofTypes } from '../selection.ts'
import type { ExportOptions } from './export-use-case.ts'
import { type Destination, endingOf } from './read-destination.ts'

export interface Exportable {
  readonly node: Node
  /** What is read. */
  readonly relation: Relation
  readonly place: Place
}

export type Place =
  | { readonly kind: 'file' | 'folder'; readonly path: string }
  | { readonly kind: 'table'; readonly relation: Relation }

/** Empty: the selection matches nothing. */
export async function chooseRelations(
  loaded: LoadedProject,
  destination: Destination,
  options: ExportOptions,
): Promise<Result<readonly Exportable[]>> {
  const { manifest } = loaded
  const selected = await chooseNodes(loaded, options)
  if (!selected.ok) return selected
  const nodes = [...ofTypes(manifest, selected.value, options)].flatMap(
    (id) => manifest.nodes.get(id) ?? [],
  )
  const found = nodes.flatMap((node) => {
    const relation = relationIn(node)
    return relation === undefined
      ? []
      : [{ node, relation, place: placeOf(relation, destination, options) }]
  })
  const others = nodes.filter((node) => !isTest(node))
  if (found.length === 0 && others.length > 0) return failure([nothingIn(others)])
  const surplus = tooMany(found, destination, options)
  const faults = surplus.length > 0 ? surplus : clashes(found)
  return faults.length > 0 ? failure(faults) : success(found, selected.warnings)
}

/** undefined: it is no table and no view. */
function relationIn(node: Node): Relation | undefined {
  switch (node.resourceType) {
    case 'model':
      return node.materialization.name === 'ephemeral' ? undefined : node.relation
    case 'seed':
    case 'snapshot':
    case 'source':
      return node.relation
    case 'analysis':
    case 'exposure':
    case 'test':
    case 'unit_test':
      return undefined
    default:
      return never(node)
  }
}

function placeOf(relation: Relation, destination: Destination, options: ExportOptions): Place {
  if (destination.kind === 'database') {
    const schema = destination.schema ?? relation.schema
    return { kind: 'table', relation: { schema, identifier: relation.identifier } }
  }
  const { folder, file, form } = destination
  if (file !== undefined) return { kind: 'file', path: file }
  // A name may hold what a path may not.
  const name = relation.identifier.replace(/[/\\\0]/g, '_').replace(/^\./, '_')
  return options.partitionBy.length > 0
    ? { kind: 'folder', path: join(folder, name) }
    : { kind: 'file', path: join(folder, `${name}${endingOf(form)}`) }
}

export function placeText(place: Place): string {
  return place.kind === 'table' ? relationKey(place.relation) : place.path
}

function tooMany(
  found: readonly Exportable[],
  destination: Destination,
  { to }: ExportOptions,
): readonly Diagnostic[] {
  const isOneFile = destination.kind === 'files' && destination.file !== undefined
  if (!isOneFile || found.length < 2) return []
  const names = found.slice(0, 5).map(({ node }) => node.name)
  return [
    errorDiagnostic({
      code: 'export-clash',
      message: `expected one table or view for the file "${to}", found ${found.length}: ${names.join(', ')}${found.length > 5 ? ', ...' : ''}`,
      hint: 'name a folder instead: --to exports/ --format csv',
    }),
  ]
}

/** Some file systems take two cases of a letter for one. */
function clashes(found: readonly Exportable[]): readonly Diagnostic[] {
  const first = new Map<string, Exportable>()
  return found.flatMap((each) => {
    const key = placeText(each.place).toLowerCase()
    const other = first.get(key)
    if (other === undefined) {
      first.set(key, each)
      return []
    }
    return [
      errorDiagnostic({
        code: 'export-clash',
        message: `expected a place for each export, found two for "${placeText(each.place)}": ${named(other)} and ${named(each)}`,
        hint: 'export one of them at a time, each to a folder or schema of its own',
      }),
    ]
  })
}

function named({ node, relation }: Exportable): string {
  return `${node.name} (${relationKey(relation)})`
}

function nothingIn(nodes: readonly Node[]): Diagnostic {
  const [node] = nodes
  const kinds = [
    ...new Set(
      nodes.map((each) =>
        each.resourceType === 'model' ? each.materialization.name : each.resourceType,
      ),
    ),
  ]
  return errorDiagnostic({
    code: 'not-exportable',
    message: `expected a table or view to export, found ${nodes.length === 1 ? `"${node?.name ?? ''}"` : `${nodes.length} nodes`}: ${kinds.join(', ')}`,
    span: node?.span,
    hint: 'models (but ephemeral ones), seeds, snapshots and sources can be exported',
  })
}
