{{#macro "note" "what"}}
insert into {{source "audit" "log"}}
select coalesce(max(id), 0) + 1, '{{what}}', '{{replace (concat this) "\"" ""}}', {{not (is_incremental)}}
from {{source "audit" "log"}};
{{/macro}}
