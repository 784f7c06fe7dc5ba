class A:
    def __init__(self, n): self.n = n
    def __eq__(self, other): return self.n == other.n
    def __lt__(self, other): return self.n < other.n
    def __hash__(self): return 1
a, b = A(1), A(2)
a == b
a != b
a > b
sorted([a, b])
{a: 1}
