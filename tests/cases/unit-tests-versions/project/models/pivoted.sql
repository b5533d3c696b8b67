select
  id
  {{#each (query (concat "select distinct kind from " (ref "base") " order by kind"))}}
  , case when kind = '{{this.kind}}' then 1 else 0 end as is_{{this.kind}}
  {{/each}}
from {{ref "base"}}
