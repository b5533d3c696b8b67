-- One row per variant of each declared experiment.
{{#each (experiments) as |e|}}
{{#each e.variants as |v|}}
select
  '{{e.name}}' as experiment_id,
  '{{v.name}}' as variant,
  '{{e.unit}}' as unit,
  '{{e.allocation}}' as allocation,
  '{{e.objective}}' as objective,
  cast({{v.share}} as double precision) as share,
  {{#if v.is_control}}'control'{{else}}'variant'{{/if}} as role,
  {{#if e.end}}'{{e.end}}'{{else}}'open'{{/if}} as ends
{{#unless @last}}union all{{/unless}}
{{/each}}
{{#unless @last}}union all{{/unless}}
{{/each}}
order by experiment_id, variant
