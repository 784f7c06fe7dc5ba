made = []
for kind in (1, 2):
    class A:
        def run(self): return kind
    made.append(A)
made[0]().run()
