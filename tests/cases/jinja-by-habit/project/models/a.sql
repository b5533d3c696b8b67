{{ config(materialized='incremental', unique_key='id') }}
{# the orders #}
{% set days = 7 %}
select id, {{ cents('amount') | upper }}
from {{ ref('orders') }}
join {{ source('shop', 'events') }} using (id)
{% if is_incremental() %}
where id > 3
{% endif %}
