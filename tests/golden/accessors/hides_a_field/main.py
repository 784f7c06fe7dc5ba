class Caller:
    def __init__(self):
        self.impls = [1]

    def call(self):
        return len(self.impls)


class Subset(Caller):
    def __init__(self, whole):
        self.whole = whole

    @property
    def impls(self):
        return self.whole.impls[:1]


class Apart(Caller):
    def call(self):
        return len(self.impls)


def main():
    whole = Caller()
    return whole.call(), Subset(whole).call(), Apart().call()


print(main())
