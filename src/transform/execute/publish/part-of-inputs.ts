/** Whether a model is given a part of its inputs only, and what the ledger is to say of the rows that it makes of them. */
import type { InputLimit } from '../../../core/time/event-window.ts'
import {
  isInlined,
  keepsRows,
  type ModelNode,
  type Node,
  type SnapshotNode,
  type UniqueId,
} from '../../../core/node.ts'
import { relationKey } from '../../../core/relation.ts'
import { readComponents } from '../../plan/state/components.ts'
import type { CursorContext } from '../cursors/cursor-context.ts'

export interface PartOfInputs {
  /** undefined: it is given all of them. */
  readonly limit: InputLimit | undefined
  /** The flag that the rows which are there come from; undefined: they come from all inputs. */
  readonly last: string | undefined
  /** Of an input whose rows are those of a part, for a model that keeps what it was given. */
  readonly inherited: string | undefined
}

type Place = Pick<CursorContext, 'manifest' | 'publications'> & {
  readonly limit: InputLimit | undefined
}

export function partOf(context: Place, node: ModelNode | SnapshotNode): PartOfInputs {
  const isKept = node.resourceType === 'model' && keepsRows(node.materialization)
  const inherited = isKept
    ? inputsOf(context, node).flatMap((input) => flagOf(context, input) ?? [])[0]
    : undefined
  return {
    limit: concerns(context, node) ? context.limit : undefined,
    last: flagOf(context, node),
    inherited,
  }
}

/** null: the rows come from all of the inputs. An empty batch leaves what is there as it was. */
export function markOf(
  { limit, last, inherited }: PartOfInputs,
  { isIdle }: { readonly isIdle: boolean },
): string | null {
  if (limit === undefined) return inherited ?? null
  return isIdle ? (last ?? inherited ?? null) : limit.title
}

/** The rows of a batch are all there are of its span, where the sample took none away above it. */
export function batchMark(
  context: Place,
  node: ModelNode,
  { part, isIdle }: { readonly part: PartOfInputs; readonly isIdle: boolean },
): string | null {
  const isWhole =
    part.limit?.kind === 'window' &&
    part.inherited === undefined &&
    inputsOf(context, node).every(({ resourceType }) =>
      ['source', 'seed', 'snapshot'].includes(resourceType),
    )
  return isWhole ? (part.last ?? null) : markOf(part, { isIdle })
}

function flagOf({ publications }: Place, node: Node): string | undefined {
  const own = 'relation' in node ? publications.get(relationKey(node.relation)) : undefined
  return readComponents(own?.components)?.limit ?? undefined
}

function concerns({ manifest, limit }: Place, node: Node): boolean {
  if (limit?.kind !== 'window') return limit !== undefined
  return reached(manifest, node).some(({ eventTime }) => eventTime !== undefined)
}

/** In the database. */
function inputsOf({ manifest }: Place, node: Node): readonly Node[] {
  return reached(manifest, node).filter((input) => !isInlined(input))
}

/** Through ephemeral models, and those too. */
function reached({ nodes }: Place['manifest'], node: Node): readonly Node[] {
  const found = new Map<UniqueId, Node>()
  const collect = (from: Node): void => {
    for (const id of from.dependsOn) {
      const parent = nodes.get(id)
      if (parent === undefined || found.has(id)) continue
      found.set(id, parent)
      if (isInlined(parent)) collect(parent)
    }
  }
  collect(node)
  return [...found.values()]
}
