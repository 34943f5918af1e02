"""Tables whose cells reach over others, as rows of equally many cells under one row of labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generation.engine.llm.documents.document import Block, one_line, paragraph, table

MOST_COLUMNS = 200
# A longer text stands once, however many places its cell covers.
_LONGEST_REPEATED = 200


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A cell that covers `columns` and `rows` places. `goes_on`: it belongs to the cell above, as Word writes it."""

    text: str
    columns: int = 1
    rows: int = 1
    is_label: bool = False
    goes_on: bool = False


Row = list[Cell | None]
_Hanging = dict[int, tuple[Cell, int]]


def blocks_of(rows: Sequence[Sequence[Cell]]) -> Iterator[Block]:
    """A row that is one cell at the top as a paragraph, then the table; what has one column is paragraphs."""
    grid = _trimmed(_placed(rows))
    while len(grid) > 1 and len(grid[0]) > 1 and _is_whole(grid[0]):
        yield paragraph(_said(grid[0][0]))
        grid = _trimmed(grid[1:])
    if not grid:
        return
    if len(grid[0]) == 1:
        yield from (paragraph(_said(row[0])) for row in grid)
        return
    depth = _depth(grid)
    labels = [_label([row[column] for row in grid[:depth]]) for column in range(len(grid[0]))]
    yield table([labels, *(_texts(grid, at) for at in range(depth, len(grid)))])


def _placed(rows: Sequence[Sequence[Cell]]) -> list[Row]:
    """Each cell in every place that it covers."""
    grid: list[Row] = []
    hanging: _Hanging = {}
    for cells in rows:
        row: Row = []
        for cell in cells:
            _hang(row, hanging)
            above = grid[-1][len(row)] if cell.goes_on and grid and len(row) < len(grid[-1]) else None
            for _ in range(min(cell.columns, MOST_COLUMNS - len(row))):
                if cell.rows > 1:
                    hanging[len(row)] = cell, cell.rows - 1
                row.append(above or cell)
        while any(column >= len(row) for column in hanging):
            _hang(row, hanging)
            if any(column > len(row) for column in hanging):
                row.append(None)
        grid.append(row)
    return grid


def _hang(row: Row, hanging: _Hanging) -> None:
    """Go past the places that cells of rows above cover."""
    while len(row) in hanging:
        cell, left = hanging.pop(len(row))
        if left > 1:
            hanging[len(row)] = cell, left - 1
        row.append(cell)


def _trimmed(grid: list[Row]) -> list[Row]:
    """The rows and columns that hold a word, all rows equally long."""
    width = max(map(len, grid), default=0)
    full = [row + [None] * (width - len(row)) for row in grid if any(map(_said, row))]
    kept = [column for column in range(width) if any(_said(row[column]) for row in full)]
    return [[row[column] for column in kept] for row in full]


def _said(cell: Cell | None) -> str:
    return one_line(cell.text) if cell else ""


def _is_whole(row: Row) -> bool:
    """Whether one cell is all of the row."""
    return row[0] is not None and all(cell is row[0] or cell is None for cell in row)


def _depth(grid: list[Row]) -> int:
    """How many rows hold labels: those that are marked so, else the first and those that its cells reach into."""
    marked = 0
    while marked < len(grid) - 1 and _is_marked(grid[marked]) and not _is_whole(grid[marked]):
        marked += 1
    if marked:
        return marked
    is_split = any(one is not None and one is other for one, other in zip(grid[0], grid[0][1:], strict=False))
    depth = 2 if is_split and len(grid) > 2 else 1
    while depth < len(grid) - 1 and any(cell and cell is grid[0][at] for at, cell in enumerate(grid[depth])):
        depth += 1
    return depth


def _is_marked(row: Row) -> bool:
    return all(cell is None or cell.is_label or not cell.text for cell in row) and any(
        cell and cell.is_label for cell in row
    )


def _label(cells: Sequence[Cell | None]) -> str:
    """The labels of a column from above to below, each once: "Fee, 2024"."""
    return ", ".join(dict.fromkeys(text for text in map(_said, cells) if text))


def _texts(grid: list[Row], at: int) -> list[str]:
    """What a row says: the text of a cell that covers several places in each, unless it is long or all of the row."""
    row, above = grid[at], grid[at - 1]
    texts = []
    for column, cell in enumerate(row):
        is_again = cell is not None and (above[column] is cell or (column > 0 and row[column - 1] is cell))
        is_once = _is_whole(row) or len(_said(cell)) > _LONGEST_REPEATED
        texts.append("" if is_again and is_once else _said(cell))
    return texts
