def keep(x):
    return True
def run(xs):
    return [x for x in xs if keep(x)]
run([1])
