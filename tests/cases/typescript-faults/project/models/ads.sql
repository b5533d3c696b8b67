select i as ad_id, 'ad ' || cast(i as varchar(10)) as name from generate_series(1, 3000) as t(i)
