{{#let columns_there=(columns (ref "pivoted")) methods=(query "select distinct method from" (ref "payments"))}}
select 1 as wrong where {{length columns_there}} <> {{length methods}} + 1
{{/let}}
