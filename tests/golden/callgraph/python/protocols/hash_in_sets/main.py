class Key:
    def __hash__(self):
        return 1
    def __eq__(self, other):
        return self is other
class Other:
    def __hash__(self):
        return 2
class Plain:
    pass
def adds():
    found = set()
    found.add(Key())
    return found
def removes(key):
    running = set()
    running.add(key)
    running.discard(key)
def lists():
    found = []
    found.append(Key())
    found.append(Plain())
def plain():
    found = set()
    found.add(Plain())
adds()
removes(Other())
lists()
plain()
