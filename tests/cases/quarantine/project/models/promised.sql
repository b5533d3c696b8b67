select order_id, cast(amount as bigint) as amount from {{ref "raw_orders"}}
{{#if (is_incremental)}}where order_id < 3 or order_id is null{{/if}}
