class Store:
    def get(self, key):
        return self.load(key)
    def load(self, key):
        raise NotImplementedError("say how to load")
class Files(Store):
    def load(self, key):
        return key
class Memory(Store):
    def load(self, key):
        return key
def read(store: Store):
    return store.load("b")
Files().get("a")
read(Memory())
