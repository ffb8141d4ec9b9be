"""Circles in a directed graph, which is given by the nodes that follow each."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Set

Graph = dict[str, set[str]]


def circles(following: Mapping[str, Set[str]]) -> Iterator[tuple[str, ...]]:
    """The shortest circle, then the shortest of what is left when its edges are cut, until there is none.

    A circle begins with its smallest node; an edge from a node to itself is none. Of several that are as
    short, that with the smallest node comes first.
    """
    graph = {node: {after for after in those if after != node} for node, those in following.items()}
    while circle := _shortest(graph):
        yield circle
        for node, after in zip(circle, (*circle[1:], circle[0]), strict=True):
            graph[node].remove(after)


def _shortest(graph: Graph) -> tuple[str, ...]:
    best: tuple[str, ...] = ()
    left = _knotted(graph)
    while left and len(best) != 2:
        start = min(left)
        way = _way_round(left, start)
        if way and (not best or len(way) < len(best)):
            best = way
        left = _knotted({node: those - {start} for node, those in left.items() if node != start})
    return best


def _way_round(graph: Graph, start: str) -> tuple[str, ...]:
    """The shortest way from a node back to it; empty if there is none."""
    before: dict[str, str] = {}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for after in sorted(graph[node]):
            if after == start:
                return tuple(reversed([node, *_walked_back(before, node)]))
            if after not in before:
                before[after] = node
                queue.append(after)
    return ()


def _walked_back(before: Mapping[str, str], node: str) -> Iterator[str]:
    while node in before:
        node = before[node]
        yield node


def _knotted(graph: Graph) -> Graph:
    """The graph without the nodes that lead nowhere or come of nothing: no circle goes through them."""
    return _reversed(_without_ends(_reversed(_without_ends(graph))))


def _without_ends(graph: Graph) -> Graph:
    """The graph without the nodes from which every way ends."""
    before = _reversed(graph)
    left = {node: len(graph.get(node, ())) for node in before}
    ends = [node for node, count in left.items() if not count]
    for end in ends:  # grows while it is walked
        for node in before[end]:
            left[node] -= 1
            if not left[node]:
                ends.append(node)
    gone = set(ends)
    return {node: those - gone for node, those in graph.items() if node not in gone}


def _reversed(graph: Graph) -> Graph:
    before: Graph = {node: set() for node in graph}
    for node, those in graph.items():
        for after in those:
            before.setdefault(after, set()).add(node)
    return before
