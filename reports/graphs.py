"""The geometry of a graph: boxes in columns by depth, lines from what must be ready to what waits for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports import text
from reports.model import Graph, GraphNode

WIDTH, HEIGHT = 168, 26
"""Of a box, in pixels."""
ACROSS, DOWN = 222, 36
"""From one box to the next."""
TOP, LEFT = 26, 4
_SWEEPS = 8
_LONGEST = 22
"""Letters of a name that fit into a box."""


@dataclass(frozen=True, slots=True)
class Box:
    """A node, its upper left corner, its shortened name and what its tooltip says."""

    node: GraphNode
    x: float
    y: float
    label: str
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """A dependency as a curve; ``path`` is the ``d`` of an SVG path."""

    path: str
    critical: bool
    title: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A graph, ready to be drawn. ``columns`` are the left edges of the columns."""

    graph: Graph
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    columns: tuple[float, ...]
    width: float
    height: float
    longest: str


def draw(graph: Graph) -> Drawing:
    """Lay out a graph: in each column, boxes stand near what they depend on, so that few lines cross."""
    columns = _ordered(graph)
    tallest = max((len(column) for column in columns), default=0)
    places: dict[str, tuple[float, float]] = {}
    boxes: list[Box] = []
    for depth, column in enumerate(columns):
        # Columns are centred: the graph widens and narrows as the work does.
        top = TOP + (tallest - len(column)) * DOWN / 2
        for row, node in enumerate(column):
            x, y = LEFT + depth * ACROSS, top + row * DOWN
            places[node.name] = (x, y)
            title = "; ".join(filter(None, (node.name, node.note, node.wrong)))
            boxes.append(Box(node, x, y, _short(node.name), title))
    chain = set(zip(graph.critical, graph.critical[1:], strict=False))
    lines = [
        Line(
            _curve(places[source], places[target]), (source, target) in chain, f"{target} waits for {source}"
        )
        for source, target in _pairs(graph)
        if source in places and target in places
    ]
    return Drawing(
        graph=graph,
        boxes=tuple(boxes),
        # Drawn in this order: what matters lies on top.
        lines=tuple(sorted(lines, key=lambda each: each.critical)),
        columns=tuple(LEFT + depth * ACROSS for depth in range(len(columns))),
        width=LEFT * 2 + max(0, len(columns) - 1) * ACROSS + WIDTH,
        height=TOP + tallest * DOWN,
        longest=text.duration(graph.seconds) if graph.seconds else "",
    )


def _ordered(graph: Graph) -> list[list[GraphNode]]:
    """The nodes by column; in each, sorted by where their neighbours stand, a few times from both sides."""
    depth = max((node.depth for node in graph.nodes), default=-1)
    columns = [[node for node in graph.nodes if node.depth == at] for at in range(depth + 1)]
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for source, target in _pairs(graph):
        before.setdefault(target, []).append(source)
        after.setdefault(source, []).append(target)
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        for column in columns if forward else reversed(columns):
            rows = {node.name: row - len(each) / 2 for each in columns for row, node in enumerate(each)}
            _sort(column, before if forward else after, rows)
    return columns


def _sort(
    column: list[GraphNode], neighbours: Mapping[str, Sequence[str]], rows: Mapping[str, float]
) -> None:
    def wanted(node: GraphNode) -> tuple[float, str]:
        near = [rows[each] for each in neighbours.get(node.name, ()) if each in rows]
        return (sum(near) / len(near) if near else rows[node.name], node.name)

    column.sort(key=wanted)


def _pairs(graph: Graph) -> list[tuple[str, str]]:
    return [(edge[0], edge[1]) for edge in graph.edges if len(edge) == 2]  # noqa: PLR2004 - from and to


def _curve(source: tuple[float, float], target: tuple[float, float]) -> str:
    x1, y1 = source[0] + WIDTH, source[1] + HEIGHT / 2
    x2, y2 = target[0], target[1] + HEIGHT / 2
    bend = max(24.0, (x2 - x1) / 2)
    return f"M{x1:.0f} {y1:.0f}C{x1 + bend:.0f} {y1:.0f} {x2 - bend:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"


def _short(name: str) -> str:
    return (
        name
        if len(name) <= _LONGEST
        else f"{name[: _LONGEST // 2]}…{name[-(_LONGEST - _LONGEST // 2 - 1) :]}"
    )
