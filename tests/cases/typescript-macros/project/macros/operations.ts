import { defineMacro, identifier, raw, sql } from 'assay'

/** Run by itself. */
export const grow = defineMacro(
  { args: { model: 'string' } },
  (_, { model }) => sql`update ${identifier('shop', model)} set amount = amount + 1`,
)

/** How a batch is written: dbt's name for a strategy of the project's own. */
export const get_incremental_greatest_sql = defineMacro(
  {
    args: {
      target_relation: 'relation',
      temp_relation: 'relation',
      unique_key: 'any',
      dest_columns: { type: 'any', default: null },
    },
  },
  (_, { target_relation: into, temp_relation: batch }) => sql`
delete from ${into}
where id in (select id from ${batch});
insert into ${into} select * from ${raw(batch.text)}`,
)
