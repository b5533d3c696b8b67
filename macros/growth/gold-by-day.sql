{{!-- The days on which a session began of which one of these models says that it changed; gold by day makes them anew. --}}
{{#macro "touched_session_days" "models"}}
{{#each models as |model|}}
{{#unless @first}}union
{{/unless}}
select session_date from {{touched_keys model key="session_date"}} as touched_{{@index}}
{{/each}}
{{/macro}}
