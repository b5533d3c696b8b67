{{raise "no rows today"}}
