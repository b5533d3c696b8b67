/** Models that are built in batches of event time, and the batch that one is shown with where none is built. */
import { shift, truncate } from '../../../core/time/event-time.ts'
import type { InputLimit } from '../../../core/time/event-window.ts'
import type { Incremental } from '../../../core/node/incremental.ts'
import type { ModelNode, Node } from '../../../core/node.ts'
import type { BatchValue } from '../../../project/template/template.ts'
import { batchValue } from './batches.ts'

export type Microbatched = Extract<Incremental, { readonly strategy: 'microbatch' }>

export interface MicrobatchNode extends ModelNode {
  readonly materialization: Microbatched
}

export function isMicrobatch(node: Node): node is MicrobatchNode {
  return (
    node.resourceType === 'model' &&
    node.materialization.name === 'incremental' &&
    node.materialization.strategy === 'microbatch'
  )
}

interface ShownBatch {
  readonly batch?: BatchValue
  readonly limit?: InputLimit
}

/** The batch that a moment lies in, ISO 8601; nothing for any other model. */
export function batchAt(node: Node, moment: string): ShownBatch {
  if (!isMicrobatch(node) || moment === '') return {}
  const { batchSize: size } = node.materialization
  const start = truncate(moment, size)
  const window = { start, end: shift(start, size, 1) }
  return {
    batch: batchValue({ window, size }),
    limit: { kind: 'window', window, title: 'a batch' },
  }
}
