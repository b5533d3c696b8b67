/** What the database holds of a project as dbt's catalog.json, version 1. */
import type { CatalogRelation } from '../../core/database/catalog.ts'
import type { JsonObject } from '../../core/json.ts'
import type { BuiltNode, Node, SourceNode } from '../../core/node.ts'
import type { Relation } from '../../core/relation.ts'
import { type ArtifactMetadata, metadataJson } from './metadata-json.ts'

const catalogSchema = 'https://schemas.getdbt.com/dbt/catalog/v1.json'

/** What has a relation of its own. */
export type CataloguedNode = BuiltNode | SourceNode

export interface CatalogInput {
  readonly metadata: ArtifactMetadata
  readonly nodes: readonly CataloguedNode[]
  readonly relations: readonly CatalogRelation[]
  /** False: `Orders` and `orders` are one relation. */
  readonly hasCaseSensitiveNames: boolean
}

export interface Catalog {
  readonly json: JsonObject
  /** Those of the nodes that the database does not have. */
  readonly missing: readonly CataloguedNode[]
}

export function isCatalogued(node: Node): node is CataloguedNode {
  if (node.resourceType === 'model') return node.materialization.name !== 'ephemeral'
  // Files are in no catalogue.
  if (node.resourceType === 'source') return node.externalLocation === undefined
  return node.resourceType === 'seed' || node.resourceType === 'snapshot'
}

export function catalogOf(input: CatalogInput): Catalog {
  const own = input.relations.find(({ isOwn }) => isOwn)?.database ?? ''
  const keyOf = ({ database = own, schema, identifier }: Relation): string => {
    const key = JSON.stringify([database, schema, identifier])
    return input.hasCaseSensitiveNames ? key : key.toLowerCase()
  }
  const known = new Map(input.relations.map((relation) => [keyOf(relation), relation]))
  const found = input.nodes.map((node) => ({ node, relation: known.get(keyOf(node.relation)) }))
  const entries = (areSources: boolean) =>
    Object.fromEntries(
      found.flatMap(({ node, relation }) =>
        relation === undefined || (node.resourceType === 'source') !== areSources
          ? []
          : [[node.uniqueId, tableJson(node.uniqueId, relation)] as const],
      ),
    )
  const missing = found.flatMap(({ node, relation }) => (relation === undefined ? [node] : []))
  return {
    missing,
    json: {
      metadata: metadataJson(input.metadata, catalogSchema),
      nodes: entries(false),
      sources: entries(true),
      errors: missing.length === 0 ? null : missing.map(faultOf),
    },
  }
}

function faultOf({ uniqueId, relation }: CataloguedNode): string {
  return `${uniqueId}: expected ${relation.schema}.${relation.identifier} in the database, found none`
}

function tableJson(uniqueId: string, relation: CatalogRelation): JsonObject {
  return {
    unique_id: uniqueId,
    metadata: {
      type: relation.type,
      schema: relation.schema,
      name: relation.identifier,
      database: relation.database,
      comment: relation.comment ?? null,
      owner: relation.owner ?? null,
    },
    columns: Object.fromEntries(
      relation.columns.map(({ name, dataType, comment }, place) => [
        name,
        { type: dataType, index: place + 1, name, comment: comment ?? null },
      ]),
    ),
    stats: statsJson(relation.rows),
  }
}

function statsJson(rows: number | undefined): JsonObject {
  const hasStats = {
    id: 'has_stats',
    label: 'Has Stats?',
    value: rows !== undefined,
    include: false,
    description: 'Indicates whether there are statistics for this table',
  }
  if (rows === undefined) return { has_stats: hasStats }
  const rowCount = {
    id: 'row_count',
    label: 'Row Count',
    value: rows,
    include: true,
    description: 'Approximate count of rows in this table',
  }
  return { has_stats: hasStats, row_count: rowCount }
}
