/** `diff`: the relations of two targets or schemas compared: columns, counts, keys, cells. Reads only. */
import type { Adapter } from '../../core/adapter.ts'
import type { RelationState } from '../../core/database/warehouse-state.ts'
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import { isInlined } from '../../core/node.ts'
import { relationKey } from '../../core/relation.ts'
import { failure, type Result } from '../../core/result.ts'
import { keyColumn } from '../../transform/diff/choose-key.ts'
import { compareColumns } from '../../transform/diff/compare-columns.ts'
import type { NodeDiff } from '../../transform/diff/node-diff.ts'
import type { Comparison, FoundNode } from './diff-comparison.ts'
import { checkSchemas } from './diff-schemas.ts'
import { diffNode, withWorkplace } from './diff-node.ts'
import {
  type DiffSide,
  type DiffSides,
  isSameDatabase,
  relationOn,
  resolveSides,
  type TableNode,
} from './diff-sides.ts'
import { withAdapter } from '../open-adapter.ts'
import { chooseNodes, ofTypes } from '../selection.ts'
import type { Outcome, Surroundings } from '../surroundings.ts'
import type { DiffOptions, DiffValue } from '../use-cases.ts'
import { raiseWarnings } from '../warnings/raise-warnings.ts'

export async function diff(
  options: DiffOptions,
  surroundings: Surroundings,
): Promise<Outcome<DiffValue>> {
  const sides = await resolveSides(options, surroundings)
  if (!sides.ok) return { kind: 'invalid', diagnostics: sides.diagnostics }
  const nodes = await selectTables(sides.value, options, surroundings)
  if (!nodes.ok) return { kind: 'invalid', diagnostics: nodes.diagnostics }
  const compare = (a: Adapter, b: Adapter) =>
    compareAll({ sides: sides.value, adapters: { a, b }, options, surroundings }, nodes.value)
  const { a, b } = sides.value
  const outcome = await withAdapter(a.target, async (left) =>
    isSameDatabase(sides.value.a.target, sides.value.b.target)
      ? await compare(left, left)
      : flat(await withAdapter(b.target, (right) => compare(left, right))),
  )
  return flat(outcome)
}

function flat<T>(result: Result<Outcome<T>>): Outcome<T> {
  return result.ok ? result.value : { kind: 'invalid', diagnostics: result.diagnostics }
}

/** Seeds and models that are tables or views, of either side's project, in dependency order. */
async function selectTables(
  { a, b }: DiffSides,
  options: DiffOptions,
  surroundings: Surroundings,
): Promise<Result<readonly TableNode[]>> {
  const found = new Map<string, TableNode>()
  for (const loaded of [a.loaded, b.loaded]) {
    const { manifest } = loaded
    const selected = await chooseNodes(loaded, options)
    if (!selected.ok) return selected
    // Both sides know the same names: what matches nothing is said once.
    if (manifest === a.loaded.manifest) {
      const raised = raiseWarnings(surroundings, selected.warnings)
      if (raised.length > 0) return failure(raised)
    }
    for (const id of ofTypes(manifest, selected.value, options)) {
      const node = manifest.nodes.get(id)
      if (node === undefined || found.has(id)) continue
      const isBuilt = node.resourceType === 'model' && !isInlined(node)
      if (isBuilt || node.resourceType === 'seed' || node.resourceType === 'snapshot') {
        found.set(id, node)
      }
    }
  }
  return { ok: true, value: [...found.values()], warnings: [] }
}

async function compareAll(
  comparison: Comparison,
  nodes: readonly TableNode[],
): Promise<Outcome<DiffValue>> {
  const { sides, options, surroundings } = comparison
  const faults = await checkSchemas(comparison.sides, comparison.adapters)
  if (faults.length > 0) return { kind: 'invalid', diagnostics: faults }
  const found = wanted(comparison, await findAll(comparison, nodes))
  const refusals = found.flatMap((each) => refusedKey(comparison, each))
  if (refusals.length > 0) return { kind: 'invalid', diagnostics: refusals }
  if (found.every(({ states }) => states.a === undefined && states.b === undefined)) {
    return { kind: 'invalid', diagnostics: [nothingToCompare(sides, found.length)] }
  }
  return await withWorkplace(comparison, async (workplace) => {
    const diffs: NodeDiff[] = []
    for (const each of found) {
      surroundings.signal.throwIfAborted()
      diffs.push(await diffNode(comparison, workplace, each))
    }
    const isSame = diffs.every(({ status }) => status === 'same' || status === 'absent')
    const value = { a: options.a, b: options.b, nodes: diffs }
    return { kind: 'done', exitCode: isSame ? 0 : 1, value } as const
  })
}

async function findAll(
  { sides, adapters }: Comparison,
  nodes: readonly TableNode[],
): Promise<readonly FoundNode[]> {
  const lookup = (side: DiffSide, adapter: Adapter) =>
    adapter.session({}, async (session) => {
      const states = new Map<TableNode, RelationState>()
      for (const node of nodes) {
        const relation = relationOn(side, node)
        const state = relation === undefined ? undefined : await session.describe(relation)
        if (state !== undefined) states.set(node, state)
      }
      return states
    })
  const [a, b] = [await lookup(sides.a, adapters.a), await lookup(sides.b, adapters.b)]
  return nodes.map((node) => ({
    node,
    relations: { a: relationOn(sides.a, node), b: relationOn(sides.b, node) },
    states: { a: a.get(node), b: b.get(node) },
  }))
}

/**
 * With a schema and no --select, only what belongs in that schema or is found there. Two nodes of one name in two
 * schemas are one relation then: the node whose own schema it is stands for both.
 */
function wanted({ sides, options }: Comparison, found: readonly FoundNode[]): readonly FoundNode[] {
  const named = (['a', 'b'] as const).filter((side) => sides[side].schema !== undefined)
  if (named.length === 0) return found
  const isAtHome = ({ node }: FoundNode) =>
    named.some((side) => sides[side].schema === node.relation.schema)
  const isWanted = (each: FoundNode) =>
    options.select.length > 0 ||
    isAtHome(each) ||
    named.some((side) => each.states[side] !== undefined)
  const chosen = new Map<string, FoundNode>()
  for (const each of found.filter(isWanted)) {
    const { a, b } = each.relations
    const key = [a, b].map((relation) => (relation ? relationKey(relation) : '')).join(' ')
    const standing = chosen.get(key)
    if (standing === undefined || (!isAtHome(standing) && isAtHome(each))) chosen.set(key, each)
  }
  return [...chosen.values()]
}

function refusedKey(
  { options, sides }: Comparison,
  { node, states }: FoundNode,
): readonly Diagnostic[] {
  if (states.a === undefined || states.b === undefined) return []
  const { columns: a } = states.a
  const { columns: b } = states.b
  const { compared } = compareColumns({ a, b, volatileColumns: [], isSameEngine: true })
  return options.key
    .filter((name) => keyColumn(compared, name) === undefined)
    .map((name) => {
      const known = compared.map((column) => column.name).join(', ')
      return errorDiagnostic({
        code: 'unknown-column',
        message: `expected the columns of --key in "${node.name}" of ${sides.a.word} and ${sides.b.word}, found no "${name}" in both`,
        span: node.span,
        hint: `both have ${known || 'no column in common'}; name the nodes that have the key with --select`,
      })
    })
}

function nothingToCompare({ a, b }: DiffSides, count: number): Diagnostic {
  const found =
    count === 0 ? 'no such node selected' : `none of ${count} selected in either database`
  return errorDiagnostic({
    code: 'nothing-to-compare',
    message: `expected tables or views of ${a.word} or ${b.word} to compare, found ${found}`,
    hint:
      count === 0
        ? 'see "assay ls"; sources, tests and ephemeral models are no tables of ours'
        : 'if nothing was built yet: assay build --target <name>',
  })
}
