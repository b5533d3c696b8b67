{{#if (new_rows "sessions")}}select 1 as one{{/if}}
