-- Files of A/B tests with rows that are in no staged table: without a key or a time that can be read, or there twice.
{{config severity="warn"}}

{{#each (dict
  users="user_id"
  products="product_id"
  sessions="session_id, user_id, session_start"
  experiment_assignments="experiment_id, user_id, variant, assigned_ts") as |needed name|}}
select
  '{{name}}' as file_of,
  '{{needed}}' as needed_columns,
  (select count(*) from {{experiment_rows name}} as raw_rows) as arrived,
  (select count(*) from {{ref name}}) as staged
where (select count(*) from {{experiment_rows name}} as raw_rows) > (select count(*) from {{ref name}})
{{#unless @last}}union all{{/unless}}
{{/each}}
