"""Post-dominators of a graph: which nodes every way to its end passes.

Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm" (2001), on the reversed graph. Nodes from which the end cannot be
reached (endless loops) are given an edge to it first, the highest node of each such part, so that every node has a post-dominator.
"""

from collections.abc import Iterable, Sequence


def with_ways_out(successors: Sequence[Sequence[int]], end: int) -> list[list[int]]:
    """The graph with edges added until every node reaches `end`."""
    graph = [list(targets) for targets in successors]
    predecessors = reverse(graph)
    reached = _reaching(predecessors, end)
    for node in range(len(graph) - 1, -1, -1):
        if node not in reached:
            graph[node].append(end)
            predecessors[end].append(node)
            _spread(predecessors, node, reached)
    return graph


def reverse(successors: Sequence[Sequence[int]]) -> list[list[int]]:
    """Predecessors of each node."""
    found: list[list[int]] = [[] for _ in successors]
    for node, targets in enumerate(successors):
        for target in targets:
            found[target].append(node)
    return found


def behind(successors: Sequence[Sequence[int]], nodes: Iterable[int]) -> set[int]:
    """What is reached from any of these by one edge or more."""
    found, waiting = set[int](), list(nodes)
    while waiting:
        new = [one for one in successors[waiting.pop()] if one not in found]
        found.update(new)
        waiting += new
    return found


def _reaching(predecessors: Sequence[Sequence[int]], end: int) -> set[int]:
    reached: set[int] = set()
    _spread(predecessors, end, reached)
    return reached


def _spread(predecessors: Sequence[Sequence[int]], node: int, reached: set[int]) -> None:
    stack = [node]
    reached.add(node)
    while stack:
        for before in predecessors[stack.pop()]:
            if before not in reached:
                reached.add(before)
                stack.append(before)


def postorder(successors: Sequence[Sequence[int]], start: int) -> list[int]:
    """Nodes reached from `start`, each after everything that is reached through it first."""
    order: list[int] = []
    seen = {start}
    stack = [(start, iter(successors[start]))]
    while stack:
        node, rest = stack[-1]
        for target in rest:
            if target not in seen:
                seen.add(target)
                stack.append((target, iter(successors[target])))
                break
        else:
            order.append(node)
            stack.pop()
    return order


def post_dominators(successors: Sequence[Sequence[int]], end: int) -> list[int]:
    """The immediate post-dominator of each node of a graph in which every node reaches `end`; of `end` itself `end`."""
    backwards = reverse(successors)
    order = postorder(backwards, end)
    rank = [-1] * len(successors)
    for place, node in enumerate(order):
        rank[node] = place
    above = [-1] * len(successors)
    above[end] = end
    changed = True
    while changed:
        changed = False
        for node in reversed(order):
            if node == end:
                continue
            best = -1
            for target in successors[node]:
                if above[target] >= 0:
                    best = target if best < 0 else _meet(above, rank, best, target)
            if best != above[node]:
                above[node] = best
                changed = True
    return above


def _meet(above: list[int], rank: list[int], left: int, right: int) -> int:
    while left != right:
        while rank[left] < rank[right]:
            left = above[left]
        while rank[right] < rank[left]:
            right = above[right]
    return left
