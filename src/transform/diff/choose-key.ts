/** What the command line, the model and its tests say to the key that rows of a node are paired by. */
import type { Node, UniqueId } from '../../core/node.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import type { ComparedColumn } from './compare-columns.ts'
import type { DiffKey } from './node-diff.ts'

interface KeyInput {
  readonly manifest: Manifest
  readonly node: Node
  readonly compared: readonly ComparedColumn[]
  /** From `--key`; empty: not given. */
  readonly wanted: readonly string[]
}

/** The name as A spells it; undefined: not in both sides. */
export function keyColumn(
  compared: readonly ComparedColumn[],
  name: string,
): ComparedColumn | undefined {
  return (
    compared.find((column) => column.name === name) ??
    compared.find((column) => column.name.toLowerCase() === name.toLowerCase())
  )
}

/** A declared key that is not in both sides is passed over; the caller has refused such a `--key`. */
export function chooseKey({ manifest, node, compared, wanted }: KeyInput): DiffKey {
  const spelled = (names: readonly string[]): readonly string[] | undefined => {
    const columns = names.flatMap((name) => keyColumn(compared, name)?.name ?? [])
    return names.length > 0 && columns.length === names.length ? columns : undefined
  }
  const flag = spelled(wanted)
  if (flag !== undefined) return { columns: flag, from: '--key' }
  const declared = node.resourceType === 'model' ? spelled(node.uniqueKey) : undefined
  if (declared !== undefined) return { columns: declared, from: 'unique_key' }
  const tested = uniqueColumns(manifest, node.uniqueId)
    .map((name) => spelled([name]))
    .find((columns) => columns !== undefined)
  return tested === undefined
    ? { columns: [], from: 'none' }
    : { columns: tested, from: 'unique test' }
}

/** A test of some rows says nothing of the others. */
function uniqueColumns({ nodes }: Manifest, id: UniqueId): readonly string[] {
  return [...nodes.values()].flatMap((node) => {
    if (node.resourceType !== 'test' || node.variant.kind !== 'generic') return []
    const { testName, attachedTo, columnName, where } = node.variant
    const isMeant = attachedTo === id && testName === 'unique' && where === undefined
    return isMeant && columnName !== undefined ? [columnName] : []
  })
}
