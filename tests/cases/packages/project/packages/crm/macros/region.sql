{{#macro "shows_region"}}true{{/macro}}
{{#macro "region"}}{{#if (shows_region)}}{{var "region"}}{{else}}hidden{{/if}}{{/macro}}
