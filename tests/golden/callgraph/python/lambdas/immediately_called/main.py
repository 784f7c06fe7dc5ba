def a(): pass
(lambda: a())()
