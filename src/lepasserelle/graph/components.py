"""Strongly connected components of anything that is numbered."""

from collections.abc import Iterator, Sequence


def components(successors: Sequence[Sequence[int]]) -> list[list[int]]:
    """Strongly connected components of at least two nodes, each ascending, the largest first."""
    several = (sorted(part) for part in components_in_order(successors) if len(part) > 1)
    return sorted(several, key=lambda nodes: (-len(nodes), nodes))


def components_in_order(successors: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """All strongly connected components, each after those that its nodes lead to (Tarjan, 1972, with a stack of its own)."""
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    open_nodes: list[int] = []
    is_open: set[int] = set()
    for root in range(len(successors)):
        if root in order:
            continue
        work = [(root, iter(successors[root]))]
        order[root] = low[root] = len(order)
        open_nodes.append(root)
        is_open.add(root)
        while work:
            node, rest = work[-1]
            for target in rest:
                if target not in order:
                    order[target] = low[target] = len(order)
                    open_nodes.append(target)
                    is_open.add(target)
                    work.append((target, iter(successors[target])))
                    break
                if target in is_open:
                    low[node] = min(low[node], order[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == order[node]:
                    yield _closed(node, open_nodes, is_open)


def _closed(node: int, open_nodes: list[int], is_open: set[int]) -> list[int]:
    part: list[int] = []
    while not part or part[-1] != node:
        part.append(open_nodes.pop())
        is_open.discard(part[-1])
    return part
