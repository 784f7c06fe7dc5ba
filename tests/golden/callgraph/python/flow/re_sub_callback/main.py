import re
def repl(m): return "x"
re.sub("a", repl, "a")
