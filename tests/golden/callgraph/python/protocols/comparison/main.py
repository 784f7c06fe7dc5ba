class C:
    def __eq__(self, other):
        return True
    def __lt__(self, other):
        return True
x = C() == C()
y = C() < C()
