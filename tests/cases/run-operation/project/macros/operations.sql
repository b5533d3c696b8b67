{{#macro "add_rows" "model" count=1}}
{{log "adding" count "rows to" model}}
{{#each (range count) as |i|}}
insert into {{ref model}} values ({{i}});
{{/each}}
{{print (concat "added " count)}}
{{/macro}}

{{#macro "refuse"}}
{{raise "not today"}}
{{/macro}}

{{#macro "half"}}
insert into {{ref "one"}} values (7);
insert into {{ref "one"}} (nothing) values (8);
{{/macro}}
