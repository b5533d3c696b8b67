select * from {{source "raw" "newer"}}
