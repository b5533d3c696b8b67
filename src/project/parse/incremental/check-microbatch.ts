/** What a microbatch model reads: followed by no cursor, and by event time where its inputs say when their rows happened. */
import { type Diagnostic, errorDiagnostic, warningDiagnostic } from '../../../core/diagnostic.ts'
import { isInlined, type ModelNode, type Node, type UniqueId } from '../../../core/node.ts'
import type { Draft } from '../drafts/draft.ts'

function isMicrobatch(node: Node | Draft['node']): node is ModelNode {
  return (
    node.resourceType === 'model' &&
    node.materialization.name === 'incremental' &&
    node.materialization.strategy === 'microbatch'
  )
}

/** A batch is built again whenever it is asked for: what it reads cannot hang on what was read before. */
export function refuseCursors(drafts: readonly Draft[]): readonly Diagnostic[] {
  return drafts.flatMap(({ node, facts }) => {
    if (!isMicrobatch(node)) return []
    return facts.cursorReads.map(({ kind, reference }) =>
      errorDiagnostic({
        code: 'invalid-value',
        message: `expected ref or source in a microbatch model, found ${kind}`,
        span: reference.span,
        hint: 'each batch reads the rows of its span; to follow rows by their arrival take another strategy',
      }),
    )
  })
}

/** Batches are built in the order of event time: one after the other is what every database can do. */
export function concurrencyWarnings(drafts: readonly Draft[]): readonly Diagnostic[] {
  return drafts.flatMap(({ node, config }) => {
    const entry = config['concurrent_batches']
    if (!isMicrobatch(node) || entry?.value !== true) return []
    return [
      warningDiagnostic({
        code: 'not-applied',
        message:
          'expected "concurrent_batches" false or left out, found true: batches are built one after the other',
        span: entry.span,
      }),
    ]
  })
}

/** As in dbt: each batch would read everything. */
export function unfilteredWarnings(nodes: ReadonlyMap<UniqueId, Node>): readonly Diagnostic[] {
  return [...nodes.values()].flatMap((node) => {
    if (!isMicrobatch(node)) return []
    const inputs = inputsOf(nodes, node)
    if (inputs.length === 0 || inputs.some(({ eventTime }) => eventTime !== undefined)) return []
    const names = inputs.map(({ name }) => `"${name}"`).join(', ')
    return [
      warningDiagnostic({
        code: 'unfiltered-batches',
        message: `expected an input of the microbatch model "${node.name}" with "event_time", found none (${names}): each batch reads all rows of all inputs`,
        span: node.span,
        hint: `config: { event_time: <column> } on an input that has one`,
      }),
    ]
  })
}

function inputsOf(nodes: ReadonlyMap<UniqueId, Node>, node: Node): readonly Node[] {
  return node.dependsOn.flatMap((id) => {
    const input = nodes.get(id)
    if (input === undefined) return []
    return isInlined(input) && input.eventTime === undefined ? inputsOf(nodes, input) : [input]
  })
}
