"""Small functions, and which of their lines the value at `probe` depends on: every line that ends in `#`, and no other.

`probe` is an unknown call, and so is every other one: it may change what it is given.
"""

import pytest

from lepasserelle.graph.statements.dependence import Dependences
from lepasserelle.graph.statements.effects import own_effects
from lepasserelle.graph.statements.slicing import backward
from lepasserelle.parse.bodies import lower

CASES = {
    "an unconditional write hides the one before it": """
def f(a):
    x = 1
    x = a #
    y = x
    probe(x) #
""",
    "a conditional write does not": """
def f(a):
    x = 1 #
    if a: #
        x = 2 #
    probe(x) #
""",
    "a write behind a short circuit does not": """
def f(a):
    x = 1 #
    a and (x := 2) #
    probe(x) #
""",
    "a list changes under another name": """
def f(a):
    xs = [] #
    ys = xs #
    zs = []
    zs.append(1)
    ys.append(a) #
    probe(xs) #
""",
    "a list changes inside another one": """
def f(a):
    inner = [] #
    outer = [inner] #
    outer[0].append(a) #
    probe(inner) #
""",
    "objects from outside may be one object": """
def f(p, q):
    p.x = 1 #
    q.x = 2 #
    q.y = 3
    probe(p.x) #
""",
    "objects made here are not": """
def f(a):
    p = {} #
    q = {}
    p["x"] = 1 #
    q["x"] = 2
    probe(p["x"]) #
""",
    "a certain write to a field hides the one before it": """
def f(p):
    p.x = 1
    p.x = 2 #
    probe(p.x) #
""",
    "unless the variable meant another object then": """
def f(p, q):
    p.x = 1 #
    p = q #
    p.x = 2 #
    probe(p.x) #
""",
    "known keys are told apart and unknown ones are not": """
def f(p, k):
    p["a"] = 1 #
    p["b"] = 2
    p[k] = 3 #
    probe(p["a"]) #
""",
    "a function of the body changes what it captured": """
def f(a):
    xs = [] #
    g = lambda: xs.append(a) #
    h = g #
    h() #
    probe(xs) #
""",
    "a function of the body reads the value of now": """
def f(a):
    x = 1
    def g(): #
        return x
    x = a #
    y = g() #
    probe(y) #
""",
    "a function of the body writes a variable of it": """
def f(a):
    x = 1 #
    def g(): #
        nonlocal x
        x = 2
    g() #
    probe(x) #
""",
    "a function that is passed on may run": """
def f(a):
    x = 1 #
    def g(): #
        nonlocal x
        x = 2
    a.later(g) #
    probe(x) #
""",
    "break decides whether what follows it in the loop runs": """
def f(a):
    x = 0 #
    y = 0
    for i in a: #
        if i: #
            break #
        x = i #
        y = i
    probe(x) #
""",
    "return decides whether what follows runs": """
def f(a):
    x = 0 #
    if a: #
        return #
    probe(x) #
""",
    "return through finally decides too": """
def f(a):
    x = 0 #
    for i in range(2): #
        try: #
            if a: #
                break #
        finally:
            y = 1
        x = 1 #
    probe(x) #
""",
    "what may raise decides whether the handler runs": """
def f(a):
    x = 0 #
    try: #
        a.run() #
        y = 1
    except ValueError: #
        x = 1 #
    probe(x) #
""",
    "what cannot raise does not": """
def f(a):
    x = 0
    try: #
        y = 1
        x = a #
    except ValueError: #
        x = 1
    probe(x) #
""",
    "the handler sees writes as made and as not made": """
def f(a):
    x = 0 #
    try: #
        x = a.run() #
        x = a.stop() #
    except ValueError: #
        probe(x) #
""",
    "else of a loop runs unless it was left": """
def f(a):
    x = 0 #
    for i in a: #
        if i: #
            break #
    else:
        x = 1 #
    probe(x) #
""",
    "the target of a loop keeps its value behind it": """
def f(a):
    i = 7 #
    for i in a: #
        i = 3 #
    probe(i) #
""",
    "cases are tried in order": """
def f(a):
    x = 0 #
    match a: #
        case 1: #
            y = 1
        case [b, *c] if b: #
            x = b #
    probe(x) #
""",
    "with may swallow what is raised in it when it is named so": """
def f(a):
    x = 0 #
    with suppress(KeyError): #
        a.run() #
        x = 1 #
    probe(x) #
""",
    "an assertion decides whether what follows runs": """
def f(a):
    x = 0 #
    assert a #
    probe(x) #
""",
    "adding in place changes the list under its other name": """
def f(a):
    xs = [] #
    ys = xs #
    ys += [a] #
    probe(xs) #
""",
    "looping over an iterator uses it up": """
def f(a):
    for x in a: #
        break #
    y = next(a) #
    probe(y) #
""",
    "deleting is a change": """
def f(a):
    x = [a] #
    y = x #
    del y[0] #
    probe(x) #
""",
    "arithmetic holds nothing of what it reads": """
def f(a, b):
    n = a // b.n #
    b.run()
    probe(n) #
""",
    "built-in functions change nothing": """
def f(a):
    n = [1] #
    m = len(n)
    s = str(n)
    probe(n) #
""",
    "a comprehension has variables of its own": """
def f(a):
    x = 1 #
    ys = [x for x in a]
    probe(x) #
""",
    "a walrus in a comprehension has not": """
def f(a):
    x = 1 #
    ys = [(x := y) for y in a] #
    probe(x) #
""",
    "a class runs where it stands": """
def f(a):
    x = 1
    class K: #
        y = a
    x = 2
    probe(K) #
""",
    "an endless loop is left by break alone": """
def f(a):
    x = 0
    while True: #
        x = a.get() #
        if x: #
            break #
    probe(x) #
""",
}


@pytest.mark.parametrize("name", CASES)
def test_a_probe_depends_on_the_marked_lines_and_no_others(name: str) -> None:
    """Line for line."""
    text = CASES[name].strip("\n")
    data = text.encode()
    body = lower(data, "python", 0, len(data))
    assert body is not None
    found = Dependences(body)
    start = next(number for number, one in enumerate(body.statements) if "probe(" in text.splitlines()[one.start_line - 1])
    owners = {found.flow.owners[node] for node in backward(found, [start])} - {-1}
    lines = {body.statements[owner].start_line for owner in owners}
    shown = "\n".join(f"{'*' if number in lines else ' '} {line}" for number, line in enumerate(text.splitlines(), start=1))
    assert lines == {number for number, line in enumerate(text.splitlines(), start=1) if line.endswith("#")}, "\n" + shown


def test_calls_taken_to_be_harmless_change_nothing() -> None:
    """`assume_pure` removes what calls may change, and keeps what flows through them."""
    data = b"def f(a):\n    x = []\n    a.run(x)\n    y = a.read(x)\n    probe(x, y)\n"
    body = lower(data, "python", 0, len(data) - 1)
    assert body is not None
    found = Dependences(body, own_effects(body, assume_pure=True))
    assert backward(found, [3]) & {0, 1, 2, 3} == {0, 2, 3}
