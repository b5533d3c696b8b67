select ÿþ 1
