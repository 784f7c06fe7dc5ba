def item(): return 1
def a(): return 2
def use(value):
    match value:
        case [item]:
            return item()
        case {"k": item}:
            return item()
use([a])
use({"k": a})
