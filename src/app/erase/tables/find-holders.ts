/** Tables and views that have the columns, with how many rows of the value each of them holds. */
import type { Adapter, Session } from '../../../core/adapter.ts'
import type { Dialect, RelationKind } from '../../../core/dialect.ts'
import { isInlined, isReferable, type Node } from '../../../core/node.ts'
import { type Relation, relationKey } from '../../../core/relation.ts'
import { ledgerSchema } from '../../../ledger/schema/migrations.ts'
import { isUuid } from '../../../load/erase/holds-value.ts'
import type { Manifest } from '../../../project/parse/manifest.ts'
import type { EraseOptions } from '../erase-use-case.ts'

export interface Holder {
  readonly relation: Relation
  readonly kind: RelationKind
  /** As the database spells them; at least one. */
  readonly columns: readonly string[]
  /** Those among them whose numbers have a point: 7 is 7.0 there. */
  readonly fractional: readonly string[]
  readonly rows: number
  readonly owner: Owner
}

/** What of the project makes it; `stranger`: nothing does; `undeclared`: a column of the name that declares nothing. */
export type Owner =
  | { readonly kind: 'node'; readonly node: Node }
  | { readonly kind: 'quarantine'; readonly node: Node }
  | { readonly kind: 'failures' }
  | { readonly kind: 'stranger' }
  | { readonly kind: 'undeclared'; readonly node: Node }

export type IdentityColumns = Omit<Holder, 'rows'>

export function isOurs({ kind }: Owner): boolean {
  return kind !== 'stranger' && kind !== 'undeclared'
}

/** In every schema that the project writes to or reads: one catalogue query. */
export async function findColumns(
  adapter: Adapter,
  manifest: Manifest,
  by: EraseOptions['by'],
): Promise<readonly IdentityColumns[]> {
  const owners = ownersIn(manifest)
  const schemas = [...new Set([...owners.values()].map(({ relation }) => relation.schema))]
  const state = await adapter.readState(schemas.filter((schema) => schema !== ledgerSchema))
  const shared = namesOf(manifest, by)
  return [...state.relations.values()].flatMap(({ relation, kind, columns }) => {
    const owner: Owner = owners.get(relationKey(relation))?.owner ?? { kind: 'stranger' }
    const among = (wanted: ReadonlySet<string>) =>
      columns.map(({ name }) => name).filter((name) => wanted.has(name.toLowerCase()))
    const named = among(shared)
    const fractional = columns.flatMap(({ name, dataType }) =>
      hasPoint.test(dataType) ? [name] : [],
    )
    if (named.length === 0) return []
    if (by.kind === 'column' || !('node' in owner)) {
      return [{ relation, kind, columns: named, fractional, owner }]
    }
    // An "id" that names a person in one table may name an order in another: only what is declared is taken for it.
    const own = among(declared(owner.node, by.name))
    const others = named.filter((name) => !own.includes(name))
    const shown = { relation, kind, fractional }
    const undeclared = {
      ...shown,
      columns: others,
      owner: { kind: 'undeclared', node: owner.node },
    } as const
    return [
      ...(own.length === 0 ? [] : [{ ...shown, columns: own, owner }]),
      ...(others.length === 0 ? [] : [undeclared]),
    ]
  })
}

/** Lower case. */
export function namesOf(manifest: Manifest, by: EraseOptions['by']): ReadonlySet<string> {
  if (by.kind === 'column') return new Set(by.names.map((name) => name.toLowerCase()))
  return new Set([...manifest.nodes.values()].flatMap((node) => [...declared(node, by.name)]))
}

function declared(node: Node, identity: string): ReadonlySet<string> {
  if (!('columns' in node)) return new Set()
  const names = node.columns.flatMap(({ name, meta }) =>
    meta['identifies'] === identity ? [name.toLowerCase()] : [],
  )
  return new Set(names)
}

/** Kinds that some column declares. */
export function identitiesIn(manifest: Manifest): readonly string[] {
  const kinds = [...manifest.nodes.values()].flatMap((node) =>
    'columns' in node ? node.columns.map(({ meta }) => meta['identifies']) : [],
  )
  return [...new Set(kinds.flatMap((kind) => (typeof kind === 'string' ? [kind] : [])))].sort()
}

function ownersIn({ nodes }: Manifest) {
  const owners = new Map<string, { readonly relation: Relation; readonly owner: Owner }>()
  const own = ({ schema, identifier }: Relation, owner: Owner) => {
    const relation = { schema, identifier }
    owners.set(relationKey(relation), { relation, owner })
  }
  for (const node of nodes.values()) {
    if (node.resourceType === 'test') own(node.storedFailures.relation, { kind: 'failures' })
    if (node.resourceType === 'model' && node.quarantine !== undefined) {
      own(node.quarantine.relation, { kind: 'quarantine', node })
    }
  }
  for (const node of nodes.values()) {
    if (isReferable(node) && !isInlined(node)) own(node.relation, { kind: 'node', node })
    else if (node.resourceType === 'source') own(node.relation, { kind: 'node', node })
  }
  return owners
}

export const hasPoint = /^(?:numeric|decimal|double|float|real)/i

/** The value is the first parameter; compared as text, so that no type refuses it. */
export function holdsCondition(
  dialect: Dialect,
  { columns, fractional }: Pick<Holder, 'columns' | 'fractional'>,
  value: string,
): string {
  const texts = columns.map((name) => {
    const text = `cast(${dialect.quote(name)} as text)`
    return fractional.includes(name) ? `regexp_replace(${text}, '[.]0+$', '')` : text
  })
  const isSame = (text: string) => (isUuid(value) ? `lower(${text}) = lower($1)` : `${text} = $1`)
  return texts.map(isSame).join(' or ')
}

export async function countHeld(
  session: Session,
  dialect: Dialect,
  place: Pick<Holder, 'relation' | 'columns' | 'fractional'> & { readonly value: string },
): Promise<number> {
  const [row] = await session.query(
    `select count(*) as n from ${dialect.relation(place.relation)} where ${holdsCondition(dialect, place, place.value)}`,
    [place.value],
  )
  return Number(row?.['n'])
}
