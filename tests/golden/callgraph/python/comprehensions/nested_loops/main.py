def a(): pass
fss = [[a]]
[f() for fs in fss for f in fs]
