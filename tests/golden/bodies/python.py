def f(a, b=1, *c, d: int = 2, **e):
    try:
        x, *y = a[1:2], b[0]
    except (A, B) as err:
        pass
    except C:
        z += 1
    else:
        w: int = 3
    finally:
        del q[0], r
    with open(p) as fh, g():
        yield x
    match s:
        case [1, u, *v] if u > 1:
            pass
        case P(k=m, n=1) | {"a": o}:
            pass
        case _:
            pass
    for i, j in zip(a): 
        continue
    else:
        break
    r = [k for k in a if k for l in k]
    h = lambda t, *s2: t + u
    raise X(1) from y
    if (n := 10) > 5 and f(x): pass
    elif a.b.c[0].d == 1:
        a.b.foo(x, y.z, k=b(1)).bar()
    else:
        def inner(q=x):
            nonlocal y
            y = n + q
        class K(Base):
            z = x
            def m(self): return w + GLOB
    t = f"{x!r:>{w}}"
    return await foo(*a, **b, k=v) if x else {**y, 'a': 1}


def more(items, *, key=None):
    import os.path as p, sys
    from . import rows
    global COUNT
    COUNT += 1
    while True:
        first, (second, third) = items.pop()
        if not first:
            continue
        with suppress(KeyError), lock as held:
            del items[first]
        return
    text = f"{first}{items[-1]:>{second}}"
    found = {name: value for name, value in items if value} or [*items]
    lazy = (key(one) for one in items)
    assert found, text
    async for one in rows:
        items[one]["x"].y += await key(one, second=2, *items)
