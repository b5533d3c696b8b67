{% snapshot orders_history %}
{% raw %}{{{% endraw %}
select 1 as id
{% endsnapshot %}
