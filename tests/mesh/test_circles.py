"""Circles: the shortest way round, and all of them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshwarden.mesh.circles import circles


def graph(edges: str) -> dict[str, set[str]]:
    """A graph written as `ab bc ca`: an edge from a to b, and so on."""
    found: dict[str, set[str]] = {}
    for node, after in map(tuple, edges.split()):
        found.setdefault(node, set()).add(after)
    return found


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        ("", ""),
        ("ab bc ac", ""),
        ("aa", ""),
        ("ab ba", "ab"),
        ("bc ca ab", "abc"),
        ("ab bc cd da", "abcd"),
        ("ab bc cd db", "bcd"),  # a leads into it
        ("ab ba bc", "ab"),  # c comes out of it
        ("ab bc ca cb", "bc"),  # the shorter one; without b → c nothing is left of the longer
        ("ab bc ca bd db", "bd abc"),
        ("ab ba cd dc", "ab cd"),
    ],
)
def test_circles(edges: str, expected: str) -> None:
    assert list(circles(graph(edges))) == [tuple(circle) for circle in expected.split()]


def test_a_circle_of_many() -> None:
    nodes = [f"{number:05}" for number in range(5000)]
    ring = {node: {after} for node, after in pairwise([*nodes, nodes[0]])}
    assert list(circles(ring)) == [tuple(nodes)]


letters = st.sampled_from("abcdef")


@given(st.sets(st.tuples(letters, letters)))
def test_what_is_left_when_circles_are_cut_has_none(edges: set[tuple[str, str]]) -> None:
    following: dict[str, set[str]] = {}
    for node, after in edges:
        following.setdefault(node, set()).add(after)
    for circle in circles(following):
        assert circle[0] == min(circle)
        for edge in pairwise([*circle, circle[0]]):
            assert edge in edges
            edges.remove(edge)
    nodes = {node for edge in edges for node in edge}
    while free := {node for node in nodes if not any(a == node and b in nodes - {node} for a, b in edges)}:
        nodes -= free
    assert not nodes
