-- One row per metric that experiments compare.
{{#each (selectattr (metrics) "experiment") as |m|}}
select
  '{{m.name}}' as metric,
  '{{m.experiment.test}}' as test,
  '{{m.experiment.better}}' as better,
  cast({{m.experiment.margin}} as double precision) as margin
{{#unless @last}}union all{{/unless}}
{{/each}}
order by metric
