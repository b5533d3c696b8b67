{{config
  materialized="incremental" unique_key="id"
  pre_hook=(list "{{note 'orders, in the file, first'}}" (before_begin "{{note 'orders, before begin'}}"))
  post_hook="{{note 'orders, in the file'}}"
}}
select id, price
from {{ref "items"}}
