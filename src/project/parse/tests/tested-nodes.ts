/** The nodes that YAML attaches tests to: models, seeds, snapshots and tables of sources. */
import { isReferable } from '../../../core/node.ts'
import type { Project } from '../../read/project.ts'
import type { Draft } from '../drafts/draft.ts'
import type { TestedNode } from './draft-tests.ts'
import { sourceKey } from '../manifest.ts'

/** Only enabled nodes: tests of a disabled one are dropped with it. */
export function testedNodes(project: Project, enabled: readonly Draft[]): readonly TestedNode[] {
  const referable = new Map<string, Draft['node']>()
  const sources = new Map<string, Draft['node']>()
  for (const { node } of enabled) {
    if (isReferable(node)) {
      referable.set(`${node.resourceType} ${node.name}`, node)
    }
    if (node.resourceType === 'source') sources.set(sourceKey(node.sourceName, node.name), node)
  }
  return project.properties.flatMap((file) => [
    ...file.models.flatMap((entry) =>
      described(referable.get(`model ${entry.name}`), file.path, entry),
    ),
    ...file.seeds.flatMap((entry) =>
      described(referable.get(`seed ${entry.name}`), file.path, entry),
    ),
    ...file.snapshots.flatMap((entry) =>
      described(referable.get(`snapshot ${entry.name}`), file.path, entry),
    ),
    ...file.sources.flatMap((source) =>
      source.tables.flatMap((table) =>
        described(sources.get(sourceKey(source.name, table.name)), file.path, table),
      ),
    ),
  ])
}

function described(
  node: Draft['node'] | undefined,
  path: string,
  entry: Pick<TestedNode, 'tests' | 'columns'> & { readonly span: TestedNode['reference']['span'] },
): readonly TestedNode[] {
  if (node === undefined) return []
  const { uniqueId, group } = node
  const shared = { path, tests: entry.tests, columns: entry.columns, uniqueId, group }
  if (node.resourceType === 'source') {
    return [
      {
        ...shared,
        nameInTests: `${node.sourceName}_${node.name}`,
        testPrefix: 'source_',
        relation: node.relation,
        reference: {
          kind: 'source',
          sourceName: node.sourceName,
          tableName: node.name,
          span: entry.span,
        },
      },
    ]
  }
  if (!isReferable(node)) return []
  return [
    {
      ...shared,
      // `orders_v2`: a dot in a test's name would be taken for a folder's.
      nameInTests: node.name.replaceAll('.', '_'),
      testPrefix: '',
      relation: node.relation,
      reference: {
        kind: 'ref',
        name: node.name,
        packageName: node.packageName,
        span: entry.span,
      },
    },
  ]
}
