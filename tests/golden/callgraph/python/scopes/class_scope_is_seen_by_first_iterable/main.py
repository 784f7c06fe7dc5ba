def f(): return [1]
class A:
    def f(): return [2]
    values = [i for i in f()]
