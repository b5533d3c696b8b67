select
  {{label_of "status" (dict a="it's open" b="closed")}} as label,
  {{#each (levels) as |level|}}{{@index}} as {{level}}, {{/each}}
  {{crm.shout "status"}} as shouted,
  {{engine}} as engine
from (select 'a' as status union all select 'z') as given
order by 1
