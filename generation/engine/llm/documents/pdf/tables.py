"""Tables of a page of a PDF: lines whose cells stand below one another, however they are aligned and wrapped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from generation.engine.llm.documents.lines import ITEM
from generation.engine.llm.documents.pdf.lines import Line, unbroken, width_of

# What is written below a cell and no further than this, in sizes of the letters, goes on with it.
_WRAPPED = 1.5
_MOST_LINES = 12  # of one cell
_HIGHEST = _MOST_LINES * _WRAPPED  # how far above the end of a cell the next one begins
_SLACK = 1.0  # of the size of the letters: how wide a text is, is known about
_SAME_SIZE = 0.12


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one place of a table, and what of the page it covers from left to right."""

    left: float
    end: float
    text: str

    def over(self, other: Cell) -> float:
        """How much of the page both cover; below 0 the gap between them."""
        return min(self.end, other.end) - max(self.left, other.left)

    def with_(self, other: Cell) -> Cell:
        """Both as one, the other one's words behind."""
        text = unbroken([self.text, other.text]) if self.text else other.text
        return Cell(min(self.left, other.left), max(self.end, other.end), text)


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row from left to right, the size of their letters, and how many lines hold it."""

    cells: tuple[Cell, ...]
    size: float
    lines: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what its columns cover of the page, its rows, and how many lines hold it."""

    columns: tuple[Cell, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: int

    def under(self, before: Table) -> Table:
        """This table with the labels of the one before, with which it goes on."""
        if self.rows[0] == before.rows[0] or self._has_labels():
            return self
        return replace(self, rows=(before.rows[0], *self.rows))

    def _has_labels(self) -> bool:
        """Whether the first row names what the others count."""
        digits = [[any(map(str.isdigit, cell)) for cell in column] for column in zip(*self.rows, strict=True)]
        return any(len(column) > 1 and not column[0] and all(column[1:]) for column in digits)


def table_at(lines: Sequence[Line], at: int, before: Table | None = None) -> Table | None:
    """The table that begins at a line, of two rows at least; None where none does.

    `before` is the table that ends on the page before: one row is enough to go on with it, and has its labels.
    """
    if ITEM.match(lines[at].text):
        return None
    found = _Growing()
    for place in range(at, len(lines)):
        if place == at + found.lines and not found.takes(lines, place):
            break
    table = found.table()
    goes_on = before is not None and bool(table.rows) and _are_the_same(table.columns, before.columns, lines[at].size)
    if len(table.rows) < (1 if goes_on else 2):
        return None
    return table.under(before) if before is not None and goes_on else table


class _Growing:
    """A table as far as it was read."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.columns: list[Cell] = []
        self.lines = 0

    def takes(self, lines: Sequence[Line], at: int) -> bool:
        """Whether what begins at a line goes on with the table; then it belongs to it."""
        row = _row(lines, at)
        is_wrapped = bool(self.rows) and _is_close(lines[at - 1], lines[at]) and self._is_rest(row)
        if not is_wrapped and len(row.cells) < 2:
            return False
        columns = _widened(self.columns, row, fewest=1 if is_wrapped else 2)
        if not columns:
            return False
        if is_wrapped:
            self.rows[-1] = self._joined(self.rows[-1], row)
        else:
            self.rows.append(row)
        self.columns = columns
        self.lines += row.lines
        return True

    def _is_rest(self, row: Row) -> bool:
        """Whether a row says words in known columns but the first: what the cells above had no room for."""
        places = {_column(self.columns, cell, row.size) for cell in row.cells}
        return not places & {0, None} and any(map(str.isalpha, "".join(cell.text for cell in row.cells)))

    def _joined(self, row: Row, rest: Row) -> Row:
        held = {_column(self.columns, cell, row.size): cell for cell in row.cells}
        for cell in rest.cells:
            column = _column(self.columns, cell, rest.size)
            held[column] = held[column].with_(cell) if column in held else cell
        return Row(tuple(sorted(held.values(), key=lambda cell: cell.left)), row.size, row.lines + rest.lines)

    def table(self) -> Table:
        return Table(tuple(self.columns), tuple(map(self._texts, self.rows)), self.lines)

    def _texts(self, row: Row) -> tuple[str, ...]:
        placed = {_column(self.columns, cell, row.size): cell.text for cell in row.cells}
        return tuple(placed.get(column, "") for column in range(len(self.columns)))


def _row(lines: Sequence[Line], at: int) -> Row:
    """The row that begins at a line: written at once, or cell after cell, each with the lines that it is wrapped to."""
    first = before = lines[at]
    cells, held, end = _cells(first), 1, at + 1
    for line in lines[at + 1 :]:
        (own, *more) = _cells(line)
        if not more and held < _MOST_LINES and _is_close(before, line) and _goes_on(cells, own, line.size):
            cells[-1], held = cells[-1].with_(own), held + 1
        elif _is_beside(cells[-1], own, line.size) and 0 < line.height - before.height < _HIGHEST * line.size:
            cells, held = [*cells, own, *more], 1
        else:
            break
        before, end = line, end + 1
    return Row(tuple(_clipped(cells)), first.size, end - at)


def _cells(line: Line) -> list[Cell]:
    return _clipped([Cell(left, left + width_of(text, line.size), text) for left, text in line.cells])


def _clipped(cells: Sequence[Cell]) -> list[Cell]:
    """The cells of a row; none reaches into the next one."""
    cut = (replace(one, end=min(one.end, other.left)) for one, other in pairwise(cells))
    return [*cut, *cells[-1:]]


def _is_beside(cell: Cell, other: Cell, size: float) -> bool:
    """Whether another cell stands to the right; how far the words of this one reach is known about."""
    return other.left > max(cell.left + size, cell.end - _SLACK * size)


def _is_close(above: Line, line: Line) -> bool:
    is_same = abs(above.size - line.size) <= _SAME_SIZE * line.size
    return is_same and 0 < above.height - line.height < _WRAPPED * line.size


def _goes_on(cells: Sequence[Cell], own: Cell, size: float) -> bool:
    """Whether a line below the last of these cells goes on with it, in words: a number is a cell of its own."""
    is_below = cells[-1].over(own) > -_SLACK * size and (len(cells) == 1 or own.left > cells[-2].end)
    return is_below and any(map(str.isalpha, own.text))


def _column(columns: Sequence[Cell], cell: Cell, size: float) -> int | None:
    """The column that covers most of a cell; None where it stands beside them all."""
    best = max(range(len(columns)), key=lambda at: columns[at].over(cell), default=None)
    return best if best is not None and columns[best].over(cell) > -_SLACK * size else None


def _widened(columns: Sequence[Cell], row: Row, *, fewest: int) -> list[Cell]:
    """The columns with the cells of one more row, `fewest` of which stand in known ones; [] where they do not fit."""
    wide, taken = [replace(cell, text="") for cell in (columns or row.cells)], set[int]()
    for cell in row.cells if columns else ():
        at = _column(columns, cell, row.size)
        if at in taken:
            return []
        if at is None:
            wide.append(replace(cell, text=""))
            continue
        taken.add(at)
        begins_with_it = abs(cell.left - columns[at].left) < _SLACK * row.size
        most = columns[at + 1].left if begins_with_it and at + 1 < len(columns) else cell.end
        wide[at] = Cell(min(wide[at].left, cell.left), max(wide[at].end, min(cell.end, most)), "")
    wide.sort(key=lambda column: column.left)
    are_apart = all(one.over(other) <= _SLACK / 2 * row.size for one, other in pairwise(wide))
    return wide if are_apart and (not columns or len(taken) >= fewest) else []


def _are_the_same(columns: Sequence[Cell], others: Sequence[Cell], size: float) -> bool:
    """Whether as many columns stand at the same places."""
    return len(columns) == len(others) and all(
        one.over(other) > -_SLACK * size for one, other in zip(columns, others, strict=True)
    )
