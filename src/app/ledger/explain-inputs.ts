/** What a node reads, and whether it is what it read when it was last built. */
import type { BuiltNode, Node } from '../../core/node.ts'
import { relationKey } from '../../core/relation.ts'
import { inputNodes } from '../../transform/execute/state/input-nodes.ts'
import { readComponents } from '../../transform/plan/state/components.ts'
import { unknownVersion } from '../../transform/plan/state/data-version.ts'
import type { ExplainedInput } from './ledger-use-cases.ts'
import { isView, type Look, type NodeLook } from './look-at-ledger.ts'

export async function explainInputs(
  around: Look,
  node: BuiltNode,
  { last, components }: NodeLook,
): Promise<readonly ExplainedInput[]> {
  const { manifest, publications } = around.survey
  const known = new Map(
    inputNodes(manifest, node).map((input) => [relationKey(input.relation), input]),
  )
  const recorded = readComponents(last?.components)?.inputs ?? {}
  const named = new Map(
    [...manifest.nodes.values()].flatMap((other) =>
      'relation' in other ? [[relationKey(other.relation), other] as const] : [],
    ),
  )
  const isRead = (relation: string) => components.inputs[relation] !== undefined
  const relations = [...new Set([...Object.keys(components.inputs), ...Object.keys(recorded)])]
  return relations.sort().map((relation) => {
    const input = known.get(relation) ?? (isRead(relation) ? undefined : named.get(relation))
    const now = components.inputs[relation]
    const published = publications.get(relation)
    return {
      name: input === undefined ? relation : nameOf(input),
      relation,
      kind: input === undefined ? 'named by hand' : kindOf(input),
      change: changeOf(recorded[relation], now),
      because: now === unknownVersion ? whyUnknown(around, input) : '',
      dataVersion: now === unknownVersion ? undefined : now,
      epoch: published?.epoch,
      publishedAt: published?.finishedAt,
    }
  })
}

function nameOf(node: Node): string {
  return node.resourceType === 'source' ? `${node.sourceName}.${node.name}` : node.name
}

function kindOf(node: Node): ExplainedInput['kind'] {
  return isView(node) ? 'view' : node.resourceType
}

function changeOf(before: string | undefined, now: string | undefined): ExplainedInput['change'] {
  if (now === undefined) return 'no longer read'
  if (now === unknownVersion) return 'not known'
  if (before === undefined) return 'new'
  return before === now ? 'as it was' : 'changed'
}

function whyUnknown({ survey }: Look, input: Node | undefined): string {
  if (input === undefined) return 'the SQL names it by hand: use ref or source'
  switch (input.resourceType) {
    case 'source':
      return input.arrival === undefined
        ? 'its rows leave no trace when they change: declare "arrival_column" if they are only ever added'
        : 'there is no such table'
    case 'model':
    case 'seed':
    case 'snapshot': {
      const published = survey.publications.get(relationKey(input.relation))
      if (published === undefined) return 'assay has not published it'
      return isView(input)
        ? 'something it reads is not known, or it gives something else each time'
        : 'the table is not the one that assay published'
    }
    case 'test':
    case 'unit_test':
    case 'analysis':
    case 'exposure':
      return ''
  }
}
