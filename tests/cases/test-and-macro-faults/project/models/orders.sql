select
  1 as id,
  {{util.euros}} as price,
  {{util.euro 100}} as paid,
  {{euros 100}} as euros,
  {{money.euros 100}} as money,
  {{dbt_date.today}} as today
