/** `latest_version_pointer` to a view under the plain name of a versioned model that shows its latest version. */
import { hash } from 'node:crypto'
import { errorDiagnostic, type SourceSpan } from '../../../core/diagnostic.ts'
import type { ModelNode } from '../../../core/node.ts'
import { type Draft, noFacts } from '../drafts/draft.ts'
import type { DraftContext } from '../drafts/draft-context.ts'
import { objectOf } from '../resolve-config.ts'

type ModelDraft = Draft<Omit<ModelNode, 'dependsOn'>>

/** A node of its own, so that it is built, tested, compared and published like every other. */
export function draftPointers(
  context: DraftContext,
  drafts: readonly Draft[],
): readonly ModelDraft[] {
  return drafts.flatMap((draft): readonly ModelDraft[] => {
    const { node, config, isEnabled } = draft
    if (!isEnabled || node.resourceType !== 'model' || node.version?.stage !== 'latest') return []
    const pointer = objectOf(config, 'latest_version_pointer')
    if (pointer['enabled'] !== true) return []
    const span = config['latest_version_pointer']?.span ?? node.span
    if (node.materialization.name === 'ephemeral') {
      context.faults.push(
        errorDiagnostic({
          code: 'invalid-value',
          message: `expected a latest version that is built for latest_version_pointer, found the ephemeral model "${node.name}"`,
          span,
        }),
      )
      return []
    }
    const alias = pointer['alias']
    return [pointerTo(node, typeof alias === 'string' ? alias : node.version.modelName, span)]
  })
}

function pointerTo(latest: ModelDraft['node'], identifier: string, span: SourceSpan): ModelDraft {
  const { modelName = latest.name, version = '' } = latest.version ?? {}
  const text = `select *\nfrom {{ref "${modelName}" version="${version}"}}`
  const reference = { kind: 'ref', name: modelName, version: String(version), span } as const
  return {
    facts: { ...noFacts, references: [reference] },
    config: {},
    isEnabled: true,
    node: {
      ...withoutContract(latest),
      uniqueId: `model.${latest.packageName}.${modelName}.latest`,
      name: `${modelName}.latest`,
      fqn: [...latest.fqn.slice(0, -1), 'latest'],
      version: undefined,
      deprecationDate: undefined,
      pointsTo: latest.uniqueId,
      config: { enabled: true, materialized: 'view', tags: latest.tags, meta: latest.meta },
      relation: { ...latest.relation, identifier },
      materialization: { name: 'view' },
      arrival: undefined,
      uniqueKey: [],
      swap: undefined,
      isStable: true,
      checksum: hash('sha256', text),
      span,
      code: { kind: 'file', path: pointerPath(latest.path), text },
    },
  }
}

/** Where its SQL is written: beside the version it shows, under a name of its own. */
function pointerPath(path: string): string {
  return path.replace(/(\.[^./]+)?$/, '.latest$1')
}

/** What the latest version promises it has kept when the view is made. */
function withoutContract(latest: ModelDraft['node']): ModelDraft['node'] {
  const { contract: _, constraints: __, ...rest } = latest
  return rest
}
