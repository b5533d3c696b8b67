/** What reads a table or view, all the way up: views are bound to the object, not to its name, so they have to be moved. */
import type { SqlValue } from '../../../core/adapter.ts'
import { type Relation, relationKey } from '../../../core/relation.ts'
import { text } from '../catalog.ts'
import type { Connection } from '../connection.ts'
import { postgresDialect } from '../dialect.ts'
import { type Belongings, list, readBelongings } from './belongings.ts'

/** A view or materialized view with all that is needed to make it again. */
export interface Dependent {
  readonly oid: number
  readonly relation: Relation
  readonly kind: 'view' | 'materialized view'
  /** `create view ..`, in full; `or replace` stands in for a view only. */
  readonly create: string
  readonly createOrReplace: string
  /** Indexes and triggers. */
  readonly attachments: readonly string[]
  readonly belongings: Belongings
}

export interface ColumnUse {
  readonly name: string
  readonly dataType: string
}

export interface DependentTree {
  /** Each after those it reads. */
  readonly all: readonly Dependent[]
  /** By OID of those that read the object itself: the columns they use. */
  readonly direct: ReadonlyMap<number, readonly ColumnUse[]>
  readonly readers: Readers
}

/** By OID: what reads it. Empty: nothing does. */
export type Readers = ReadonlyMap<number, readonly number[]>

/** Call it with an empty search path, so that every name in a definition has its schema. */
export async function readDependents(
  connection: Connection,
  oid: number,
  readers: Readers,
): Promise<DependentTree> {
  if (readers.size === 0) return { all: [], direct: new Map(), readers }
  const order = creationOrder(readers, oid)
  const found = await readViews(connection, order)
  const all: Dependent[] = []
  for (const view of order.map((id) => found.get(id))) {
    if (view === undefined) continue
    all.push({ ...view, belongings: await readBelongings(connection, view.oid) })
  }
  return { all, direct: await readUses(connection, oid, readers.get(oid) ?? []), readers }
}

/** Names of foreign keys of other tables that point here. */
export async function readForeignKeys(
  connection: Connection,
  oid: number,
): Promise<readonly string[]> {
  const { rows } = await connection.run(
    `select format('"%s" of table "%s.%s"', k.conname, n.nspname, c.relname)
from pg_constraint as k
join pg_class as c on c.oid = k.conrelid
join pg_namespace as n on n.oid = c.relnamespace
where k.contype = 'f' and k.confrelid = $1 and k.conrelid <> $1
order by 1`,
    [oid],
  )
  return rows.map(([name]) => text(name))
}

/** Everything that reads one of `roots`, itself included, each after those it reads. */
export function closure(tree: DependentTree, roots: ReadonlySet<number>): readonly Dependent[] {
  const reached = new Set(roots)
  for (const { oid } of tree.all) {
    if (!reached.has(oid)) continue
    for (const reader of tree.readers.get(oid) ?? []) reached.add(reader)
  }
  return tree.all.filter(({ oid }) => reached.has(oid))
}

/** To follow `with recursive`: who reads whom, all the way up from the relation whose OID is the first parameter. */
export const readersQuery = `edges as (
  select d.refobjid as source, r.ev_class as reader
  from pg_depend as d
  join pg_rewrite as r on r.oid = d.objid
  where d.classid = 'pg_rewrite'::regclass
  and d.refclassid = 'pg_class'::regclass
  and d.refobjid = $1
  and r.ev_class <> d.refobjid
  union
  select d.refobjid, r.ev_class
  from edges as e
  join pg_depend as d on d.refobjid = e.reader
  join pg_rewrite as r on r.oid = d.objid
  where d.classid = 'pg_rewrite'::regclass
  and d.refclassid = 'pg_class'::regclass
  and r.ev_class <> d.refobjid
)`

export async function readReaders(connection: Connection, oid: number): Promise<Readers> {
  const { rows } = await connection.run(
    `with recursive ${readersQuery} select source, reader from edges`,
    [oid],
  )
  const readers = new Map<number, number[]>()
  for (const [source, reader] of rows) {
    const known = readers.get(Number(source)) ?? []
    readers.set(Number(source), known)
    known.push(Number(reader))
  }
  return readers
}

/** Without the root. */
function creationOrder(readers: Readers, root: number): readonly number[] {
  return readingOrder(readers, [root])
    .filter((oid) => oid !== root)
    .toReversed()
}

/** What reads the roots, and these: each before those it reads. */
export function readingOrder(readers: Readers, roots: readonly number[]): readonly number[] {
  const done = new Set<number>()
  const order: number[] = []
  const visit = (oid: number): void => {
    if (done.has(oid)) return
    done.add(oid)
    for (const reader of readers.get(oid) ?? []) visit(reader)
    order.push(oid)
  }
  roots.forEach(visit)
  return order
}

type View = Omit<Dependent, 'belongings'>

async function readViews(
  connection: Connection,
  oids: readonly number[],
): Promise<ReadonlyMap<number, View>> {
  const { rows } = await connection.run(
    `select
  c.oid,
  n.nspname::text,
  c.relname::text,
  c.relkind::text,
  coalesce(rtrim(pg_get_viewdef(c.oid), '; '), ''),
  coalesce(array_to_string(c.reloptions, ', '), ''),
  c.relispopulated,
  (
    select coalesce(json_agg(pg_get_indexdef(i.indexrelid) order by i.indexrelid), '[]')
    from pg_index as i
    where i.indrelid = c.oid
  ),
  (
    select coalesce(json_agg(pg_get_triggerdef(t.oid) order by t.oid), '[]')
    from pg_trigger as t
    where t.tgrelid = c.oid and not t.tgisinternal
  )
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('v', 'm')
and c.oid in (select json_array_elements_text($1)::oid)`,
    [JSON.stringify(oids)],
  )
  return new Map(rows.map((row) => [Number(row[0]), toView(row)]))
}

function toView(row: readonly SqlValue[]): View {
  const [oid, schema, identifier, relkind, select, options, isPopulated, indexes, triggers] = row
  const relation = { schema: text(schema), identifier: text(identifier) }
  const kind = relkind === 'm' ? 'materialized view' : 'view'
  const name = postgresDialect.relation(relation)
  const settings = options === '' ? '' : ` with (${text(options)})`
  const body = `${name}${settings} as\n${text(select)}`
  const data = kind === 'view' ? '' : isPopulated === true ? '\nwith data' : '\nwith no data'
  return {
    oid: Number(oid),
    relation,
    kind,
    create: `create ${kind} ${body}${data}`,
    createOrReplace: `create or replace view ${body}`,
    attachments: [...list(indexes), ...list(triggers)].map(text),
  }
}

async function readUses(
  connection: Connection,
  oid: number,
  direct: readonly number[],
): Promise<ReadonlyMap<number, readonly ColumnUse[]>> {
  const { rows } = await connection.run(
    `select distinct r.ev_class, a.attnum, a.attname::text, format_type(a.atttypid, a.atttypmod)
from pg_depend as d
join pg_rewrite as r on r.oid = d.objid
join pg_attribute as a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
where d.classid = 'pg_rewrite'::regclass
and d.refclassid = 'pg_class'::regclass
and d.refobjid = $1
and d.refobjsubid > 0
and r.ev_class <> d.refobjid
order by r.ev_class, a.attnum`,
    [oid],
  )
  const uses = new Map<number, ColumnUse[]>(direct.map((reader) => [reader, []]))
  for (const [reader, , name, dataType] of rows) {
    uses.get(Number(reader))?.push({ name: text(name), dataType: text(dataType) })
  }
  return uses
}

/** For messages: `view "reports.top"`. */
export function nameOf({ kind, relation }: Pick<Dependent, 'kind' | 'relation'>): string {
  return `${kind} "${relationKey(relation)}"`
}
