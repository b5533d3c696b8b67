select {{var "start_date"}} as a, '{{env "SHOP_REGION"}}' as b
