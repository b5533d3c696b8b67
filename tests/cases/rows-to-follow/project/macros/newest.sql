{{#macro "newest_of" "upstream"}}
(select * from {{new_rows upstream}} as n where id is not null)
{{/macro}}
