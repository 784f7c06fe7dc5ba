def keep(value): pass
def run(items):
    seen = set()
    seen.add(1)
    frozen = frozenset(items)
    frozen.union(seen)
    kept = list(items)
    kept.append(1)
    for each in seen:
        keep(each)
run([1])
