{{#macro "note_results" "results"}}
{{print "noting" (length results) "results"}}
{{#each results as |r|}}
insert into audit.runs values ('{{invocation_id}}', '{{r.node.name}}', '{{r.status}}', '{{r.node.resource_type}}');
{{/each}}
{{/macro}}
