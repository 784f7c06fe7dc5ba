class C:
    def __contains__(self, item):
        return True
x = 1 in C()
