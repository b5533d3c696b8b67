{{!--
  For the config `indexes`: what a batch looks rows up by, a list of lists of columns. DuckDB needs none: it skips the parts
  of a table whose smallest and largest values tell that nothing can be there, and an index would have to be kept up to date.
--}}
{{#macro "looked_up_by" "keys" adapter="postgres"}}
{{#each keys as |key|}}{{yield (dict columns=key)}}{{/each}}
{{/macro}}

{{#macro "looked_up_by" "keys" adapter="duckdb"}}
{{return (list)}}
{{/macro}}
