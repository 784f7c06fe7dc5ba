from registry import add
def plug(): pass
add(plug)
