/** A manifest as the sandbox builds it: one database, and seeds with the rows that have arrived. */
import type { Node, SeedNode } from '../../../core/node.ts'
import type { Relation } from '../../../core/relation.ts'
import type { Manifest } from '../../../project/parse/manifest.ts'
import { seedFile, type SeedRows } from '../history/root.ts'

/** Relations of other databases lie in the sandbox's own, under their schema; and so do the rows of files. */
export function withoutDatabases(manifest: Manifest): Manifest {
  const nodes = [...manifest.nodes].map(([id, node]) => [id, inSandbox(node)] as const)
  return { ...manifest, nodes: new Map(nodes) }
}

function inSandbox(node: Node): Node {
  if (!('relation' in node)) return node
  const relation = withoutDatabase(node.relation)
  if (node.resourceType !== 'model') return { ...node, relation }
  const { quarantine, materialization } = node
  const aside =
    quarantine === undefined
      ? undefined
      : { ...quarantine, relation: withoutDatabase(quarantine.relation) }
  // A file is the published one: what is tried must not be written to it.
  const isFile = materialization.name === 'external'
  const made = isFile ? ({ name: 'table' } as const) : materialization
  return { ...node, relation, quarantine: aside, materialization: made }
}

function withoutDatabase({ schema, identifier }: Relation): Relation {
  return { schema, identifier }
}

/** The types of columns are those of the whole file, however few rows there are yet. */
export function withSeeds(manifest: Manifest, seeds: readonly SeedRows[]): Manifest {
  if (seeds.length === 0) return manifest
  const files = manifest.project.seeds.map((file) => {
    const seed = seeds.find(({ node }) => node.path === file.path)
    return seed === undefined ? file : seedFile(file, seed.node, seed)
  })
  const nodes = new Map(manifest.nodes)
  for (const { node, columns } of seeds) {
    const checksum = files.find(({ path }) => path === node.path)?.checksum ?? node.checksum
    nodes.set(node.uniqueId, typed({ ...node, checksum }, columns))
  }
  return { ...manifest, nodes, project: { ...manifest.project, seeds: files } }
}

function typed(node: SeedNode, columns: SeedRows['columns']): SeedNode {
  const columnTypes = Object.fromEntries(columns.map(({ name, dataType }) => [name, dataType]))
  return { ...node, columnTypes }
}
