select {{shout "word"}} as word from (select 'hello' as word) as given
