class Memory:
    def __init__(self, name): pass
    def put(self): pass
class Disk:
    def __init__(self, name): pass
    def put(self): pass
class Engine:
    store_class = None
    def __init__(self, name):
        self.name = name
        self.store = self.create_store()
    def create_store(self):
        return self.get_store(name=self.name)
    def get_store(self, **options):
        kind = self.store_class
        return kind(**options)
    def save(self):
        self.store.put()
class InMemory(Engine):
    store_class = Memory
class OnDisk(Engine):
    store_class = Disk
def of_memory():
    InMemory("memory").store.put()
def of_disk():
    engine = OnDisk("disk")
    engine.store.put()
of_memory()
of_disk()
InMemory("again").save()
OnDisk("again").save()
