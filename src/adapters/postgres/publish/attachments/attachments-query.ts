/** The catalogue query that gives what hangs on a table, with the statements that make it again on another. */

/** Temporary names are made of OIDs, so that they are unique and short whatever the old name is. */
const fromIndexes = `
  select
    case k.contype when 'p' then 40 else 30 end,
    case k.contype
      when 'p' then 'primary key' when 'u' then 'unique constraint'
      when 'x' then 'exclusion constraint' else 'index'
    end,
    x.relname::text,
    case when k.oid is null then 'pg_class'::regclass else 'pg_constraint'::regclass end::oid,
    coalesce(k.oid, x.oid),
    array_remove(array[
      case
        when k.oid is null then format(
          'create %sindex %I on %s %s', u.uniqueness, t.temporary, old.candidate,
          substr(pg_get_indexdef(x.oid), length(format(
            'CREATE %sINDEX %I ON %s%s ', upper(u.uniqueness), x.relname,
            case old.relkind when 'p' then 'ONLY ' else '' end, old.name
          )) + 1)
        )
        else format(
          'alter table %s add constraint %I %s',
          old.candidate, t.temporary, pg_get_constraintdef(k.oid)
        )
      end,
      case when k.oid is not null and x.reloptions is not null then format(
        'alter index %s.%I set (%s)', old.candidate_schema, t.temporary, array_to_string(x.reloptions, ', ')
      ) end,
      case when i.indisreplident then format(
        'alter table %s replica identity using index %I', old.candidate, t.temporary
      ) end,
      case when i.indisclustered then format('alter table %s cluster on %I', old.candidate, t.temporary) end
    ], null),
    array[]::text[],
    array[format('alter index %s.%I rename to %I', old.schema, x.relname, '__assay_old_' || x.oid)],
    array[format('alter index %s.%I rename to %I', old.schema, t.temporary, x.relname)]
  from old
  join pg_index as i on i.indrelid = old.oid and i.indisvalid
  join pg_class as x on x.oid = i.indexrelid
  left join pg_constraint as k
    on k.conrelid = old.oid and k.conindid = x.oid and k.contype in ('p', 'u', 'x')
  cross join lateral (select '__assay_new_' || x.oid as temporary) as t
  cross join lateral (select case when i.indisunique then 'unique ' else '' end as uniqueness) as u`

const fromConstraints = `
  select
    case k.contype when 'f' then 90 else 20 end,
    case k.contype
      when 'f' then 'foreign key' when 'n' then 'not-null constraint' else 'check constraint'
    end,
    k.conname::text,
    'pg_constraint'::regclass::oid,
    k.oid,
    array[format(
      'alter table %s add constraint %I %s', old.candidate, k.conname,
      case when k.confrelid = old.oid then replace(
        pg_get_constraintdef(k.oid), ') REFERENCES ' || old.name || '(', ') REFERENCES ' || old.candidate || '('
      ) else pg_get_constraintdef(k.oid) end
    )],
    array[]::text[],
    array[]::text[],
    array[]::text[]
  from old
  join pg_constraint as k on k.conrelid = old.oid and k.contype in ('c', 'n', 'f')`

/** Up to Postgres 17 a not-null constraint has no name of its own. */
const fromColumns = `
  select
    10,
    c.kind,
    a.attname::text,
    'pg_class'::regclass::oid,
    null::oid,
    case when c.action is not null
      then array[format('alter table %s alter column %I %s', old.candidate, a.attname, c.action)]
    end,
    array[]::text[],
    array[]::text[],
    array[]::text[]
  from old
  join pg_attribute as a on a.attrelid = old.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef as d on d.adrelid = old.oid and d.adnum = a.attnum
  cross join lateral (
    values
      (a.attidentity <> '', 'identity column', null),
      (a.attgenerated <> '', 'generated column', null),
      (
        a.attgenerated = '' and d.oid is not null,
        'default',
        'set default ' || pg_get_expr(d.adbin, d.adrelid)
      ),
      (
        a.attnotnull and not exists (
          select 1 from pg_constraint as k
          where k.conrelid = old.oid and k.contype = 'n' and a.attnum = any (k.conkey)
        ),
        'not-null constraint',
        'set not null'
      ),
      (coalesce(a.attstattarget, -1) >= 0, 'statistics target', 'set statistics ' || a.attstattarget),
      (
        a.attoptions is not null,
        'column parameters',
        format('set (%s)', array_to_string(a.attoptions, ', '))
      )
  ) as c (is_there, kind, action)
  where c.is_there`

const fromTable = `
  select
    c.place, c.kind, old.relname::text, null::oid, null::oid, array[c.action],
    array[]::text[], array[]::text[], array[]::text[]
  from old
  cross join lateral (
    values
      (0, 'storage parameters', format('alter table %s set (%s)', old.candidate, (
        select string_agg(format('%s%s = %L', o.prefix, o.option_name, o.option_value), ', ')
        from (
          select '' as prefix, own.* from pg_options_to_table(old.reloptions) as own
          union all
          select 'toast.', toast.* from pg_class as s, pg_options_to_table(s.reloptions) as toast
          where s.oid = old.reltoastrelid
        ) as o
      ))),
      (50, 'replica identity', case old.relreplident
        when 'f' then format('alter table %s replica identity full', old.candidate)
        when 'n' then format('alter table %s replica identity nothing', old.candidate)
      end)
  ) as c (place, kind, action)
  where c.action not like '%set ()' and c.action is not null`

/** The sequence of a `serial` column would be dropped with the old table. */
const fromSequences = `
  select
    10, 'sequence', s.relname::text, 'pg_class'::regclass::oid, s.oid, array[]::text[],
    array[format('alter sequence %I.%I owned by none', n.nspname, s.relname)],
    array[]::text[],
    array[format('alter sequence %I.%I owned by %s.%I', n.nspname, s.relname, old.name, a.attname)]
  from old
  join pg_depend as d
    on d.refclassid = 'pg_class'::regclass and d.refobjid = old.oid and d.deptype = 'a'
    and d.classid = 'pg_class'::regclass
  join pg_class as s on s.oid = d.objid and s.relkind = 'S'
  join pg_namespace as n on n.oid = s.relnamespace
  join pg_attribute as a on a.attrelid = old.oid and a.attnum = d.refobjsubid`

const fromStatistics = `
  select
    60, 'statistics', s.stxname::text, 'pg_statistic_ext'::regclass::oid, s.oid,
    array_remove(array[
      format(
        'create statistics %I.%I%s from %s', n.nspname, t.temporary,
        left(
          substr(pg_get_statisticsobjdef(s.oid), length(format('CREATE STATISTICS %I.%I', n.nspname, s.stxname)) + 1),
          -length(' FROM ' || old.name)
        ),
        old.candidate
      ),
      case when coalesce(s.stxstattarget, -1) >= 0 then format(
        'alter statistics %I.%I set statistics %s', n.nspname, t.temporary, s.stxstattarget
      ) end
    ], null),
    array[]::text[],
    array[format('alter statistics %I.%I rename to %I', n.nspname, s.stxname, '__assay_old_' || s.oid)],
    array[format('alter statistics %I.%I rename to %I', n.nspname, t.temporary, s.stxname)]
  from old
  join pg_statistic_ext as s on s.stxrelid = old.oid
  join pg_namespace as n on n.oid = s.stxnamespace
  cross join lateral (select '__assay_new_' || s.oid as temporary) as t`

const fromTriggers = `
  select
    70, 'trigger', t.tgname::text, 'pg_trigger'::regclass::oid, t.oid,
    array_remove(array[
      replace(pg_get_triggerdef(t.oid), ' ON ' || old.name || ' ', ' ON ' || old.candidate || ' '),
      'alter table ' || old.candidate || case t.tgenabled
        when 'D' then ' disable' when 'R' then ' enable replica' when 'A' then ' enable always'
      end || format(' trigger %I', t.tgname)
    ], null),
    array[]::text[],
    array[]::text[],
    array[]::text[]
  from old
  join pg_trigger as t on t.tgrelid = old.oid and not t.tgisinternal`

const fromPublications = `
  select
    80, 'publication', p.pubname::text, 'pg_publication_rel'::regclass::oid, r.oid,
    array[format('alter publication %I add table %s', p.pubname, old.candidate)
      || coalesce(' (' || (
        select string_agg(quote_ident(a.attname), ', ' order by a.attnum)
        from pg_attribute as a
        where a.attrelid = old.oid and a.attnum = any (r.prattrs)
      ) || ')', '')
      || coalesce(' where (' || pg_get_expr(r.prqual, r.prrelid) || ')', '')],
    array[format('alter publication %I drop table %s', p.pubname, old.name)],
    array[]::text[],
    array[]::text[]
  from old
  join pg_publication_rel as r on r.prrelid = old.oid
  join pg_publication as p on p.oid = r.prpubid`

/** A rule may read the table itself, so it is made when the new one has the name; the old one goes with its table. */
const fromRules = `
  select
    85, 'rule', r.rulename::text, 'pg_rewrite'::regclass::oid, r.oid,
    array[]::text[],
    array[]::text[],
    array[]::text[],
    array_remove(array[
      rtrim(pg_get_ruledef(r.oid), ';'),
      'alter table ' || old.name || case r.ev_enabled
        when 'D' then ' disable' when 'R' then ' enable replica' when 'A' then ' enable always'
      end || format(' rule %I', r.rulename)
    ], null)
  from old
  join pg_rewrite as r on r.ev_class = old.oid`

/** Of `$1`, an OID, for the candidate `$2`, a quoted name: one row for each thing that hangs on the table. */
export const attachmentsQuery = `with old as (
  select
    c.*,
    quote_ident(n.nspname) as schema,
    format('%I.%I', n.nspname, c.relname) as name,
    $2::text as candidate,
    (
      select quote_ident(m.nspname) from pg_class as o join pg_namespace as m on m.oid = o.relnamespace
      where o.oid = to_regclass($2)
    ) as candidate_schema
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
  where c.oid = $1
),
found (place, kind, name, classid, objid, make, detach, release, settle) as (${[
  fromTable,
  fromColumns,
  fromSequences,
  fromConstraints,
  fromIndexes,
  fromStatistics,
  fromTriggers,
  fromPublications,
  fromRules,
].join('\n  union all')}
)
select
  f.kind,
  f.name,
  coalesce(json_agg(a.attname order by a.attnum) filter (where a.attname is not null), '[]'),
  coalesce(json_agg(a.attname order by a.attnum) filter (where a.attname is not null and not exists (
    select 1 from pg_attribute as b
    where b.attrelid = to_regclass($2) and b.attname = a.attname and not b.attisdropped
  )), '[]'),
  to_json(f.make),
  to_json(f.detach),
  to_json(f.release),
  to_json(f.settle || case when about.description is not null and f.kind not in ('sequence', 'statistics', 'publication')
    then array[format('comment on %s is %L', case f.kind
      when 'index' then format('index %s.%I', old.schema, f.name)
      when 'trigger' then format('trigger %I on %s', f.name, old.name)
      when 'rule' then format('rule %I on %s', f.name, old.name)
      else format('constraint %I on %s', f.name, old.name)
    end, about.description)]
    else array[]::text[]
  end)
from found as f
cross join old
left join pg_description as about
  on about.classoid = f.classid and about.objoid = f.objid and about.objsubid = 0
left join pg_attribute as a
  on a.attrelid = $1 and a.attnum > 0 and not a.attisdropped
  and (
    (f.objid is null and f.classid is not null and a.attname = f.name)
    or exists (
      select 1 from pg_depend as d
      where f.objid is not null and d.classid = f.classid and d.objid = f.objid
      and d.refclassid = 'pg_class'::regclass and d.refobjid = $1 and d.refobjsubid = a.attnum
    )
  )
group by f.place, f.kind, f.name, f.classid, f.objid, f.make, f.detach, f.release, f.settle,
  about.description, old.schema, old.name
order by f.place, f.objid, f.name, f.kind`
