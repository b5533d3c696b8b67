{{config persist_docs=(dict relation=true)}}
select 1 as id
