{{config severity="error"}}
select 1 as one, 'because' as reason
