"""Everything that can be reached from an object, as plain values: what a thief of a model file could read."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import torch


def reachable(root: object) -> Iterator[object]:
    """Every object below `root`: attributes, slots, containers, array and frame contents."""
    seen: set[int] = set()
    waiting = [root]
    keep = []
    while waiting:
        item = waiting.pop()
        if id(item) in seen or isinstance(item, type):
            continue
        seen.add(id(item))
        keep.append(item)
        yield item
        waiting.extend(_below(item))


def _below(item: object) -> list[object]:
    if isinstance(item, str | bytes | int | float | bool | None):
        return []
    if isinstance(item, dict):
        return [*item.keys(), *item.values()]
    if isinstance(item, list | tuple | set | frozenset):
        return list(item)
    if isinstance(item, pd.DataFrame):
        return [item.columns.tolist(), *(item[column].tolist() for column in item)]
    if isinstance(item, pd.Series | pd.Index):
        return [item.tolist()]
    if isinstance(item, np.ndarray):
        return item.ravel().tolist() if item.dtype == object else []
    if isinstance(item, torch.nn.Module):
        return [dict(item.state_dict())]
    slots = [getattr(item, name, None) for name in getattr(type(item), "__slots__", ())]
    return [*slots, *vars(item).values()] if hasattr(item, "__dict__") else slots


def arrays(root: object) -> list[np.ndarray]:
    """Every numeric array or tensor below `root`."""
    found = []
    for item in reachable(root):
        if isinstance(item, torch.Tensor):
            found.append(item.detach().numpy())
        elif isinstance(item, np.ndarray) and item.dtype != object:
            found.append(item)
        elif isinstance(item, pd.Series | pd.DataFrame):
            found.append(item.select_dtypes("number").to_numpy() if isinstance(item, pd.DataFrame) else item.to_numpy())
    return found


def numbers(root: object) -> set[float]:
    """Every single number below `root`."""
    loose = {float(item) for item in reachable(root) if isinstance(item, int | float) and not isinstance(item, bool)}
    return loose | {float(value) for array in arrays(root) if array.dtype.kind in "iuf" for value in array.ravel()}


def texts(root: object) -> str:
    """All text below `root`, end to end."""
    return "\n".join(str(item) for item in reachable(root) if isinstance(item, str | bytes | pd.Timestamp))
