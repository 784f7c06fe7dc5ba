from collections import OrderedDict, defaultdict, deque
def first(): pass
def run():
    waiting = deque()
    waiting.append(first)
    waiting.popleft()()
    ordered = OrderedDict()
    ordered.update({1: 2})
    counted = defaultdict(list)
    counted.update({1: [2]})
run()
