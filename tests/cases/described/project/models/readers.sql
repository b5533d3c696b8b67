{{config docs=(dict node_color="rebeccapurple")}}
select user_id from {{ref "users"}}
