class Store:
    def get(self, key):
        return self.load(key)
    def load(self, key):
        raise NotImplementedError
class Files(Store):
    def load(self, key):
        return key
class Broken(Store):
    pass
def read(store):
    try:
        return store.get("a")
    except NotImplementedError:
        return None
read(Files())
read(Broken())
