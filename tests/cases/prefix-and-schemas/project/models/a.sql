select * from {{source "raw" "t"}}
