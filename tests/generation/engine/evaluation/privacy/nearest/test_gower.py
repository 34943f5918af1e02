import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.engine.evaluation.privacy.nearest.gower import TILE, gower_space, nearest
from generation.engine.evaluation.study.encoding import encode
from generation.engine.schema import ColumnSpec, Sdtype

SCHEMA = (
    ColumnSpec("n", Sdtype.NUMERICAL),
    ColumnSpec("d", Sdtype.DATETIME),
    ColumnSpec("c", Sdtype.CATEGORICAL),
    ColumnSpec("w", Sdtype.CATEGORICAL),
    ColumnSpec("b", Sdtype.BOOLEAN),
)


def table(rows, seed):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "n": np.where(rng.random(rows) < 0.1, np.nan, rng.normal(0, 10, rows).round(1)),
            "d": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 500, rows), unit="D"),
            "c": rng.choice(["a", "b", "c", None], rows),
            "w": rng.integers(0, 400, rows).astype(str),
            "b": rng.random(rows) < 0.3,
        }
    )


def distances(queries, references, k=1, **options):
    encoded = encode([queries, references], SCHEMA)
    space = gower_space(encoded[0].columns, encoded[1])
    found = nearest(space.points(encoded[0]), space.points(encoded[1]), k, **options)
    back = np.empty_like(found)
    back[encoded[0].original] = found
    return back


def test_it_equals_the_distance_to_the_closest_record_of_sdmetrics():
    from sdmetrics.single_table.privacy.dcr_utils import calculate_dcr

    queries, references = table(60, 1), table(90, 2)
    metadata = {"columns": {spec.name: {"sdtype": spec.sdtype.value} for spec in SCHEMA}}
    expected = calculate_dcr(queries, references, metadata).to_numpy()
    assert distances(queries, references)[:, 0] == pytest.approx(expected, abs=1e-12)


def test_two_records_by_hand():
    # n: |1 - 3| / 4 = .5; d: equal; c: differs; w: differs; b: equal. Mean of (.5, 0, 1, 1, 0) is .5.
    day = pd.Timestamp("2020-05-05")
    query = pd.DataFrame({"n": [1.0], "d": [day], "c": ["a"], "w": ["7"], "b": [True]})
    reference = pd.DataFrame({"n": [3.0, 7.0], "d": [day, day], "c": ["b", "b"], "w": ["8", "8"], "b": [True, False]})
    assert distances(query, reference, 2)[0] == pytest.approx([0.5, (1 + 1 + 1 + 1) / 5])


def test_neighbours_are_found_across_tiles_and_padding_is_never_one():
    references = table(TILE + 3, 3)
    assert distances(references.iloc[-5:], references)[:, 0] == pytest.approx(np.zeros(5), abs=0)


def test_a_record_is_not_its_own_neighbour_when_it_is_skipped():
    frame = table(40, 4).drop_duplicates()
    (encoded,) = encode([frame], SCHEMA)
    points = gower_space(encoded.columns, encoded).points(encoded)
    assert (nearest(points, points)[:, 0] == 0).all()
    assert (nearest(points, points, skip_self=True)[:, 0] > 0).all()


def test_fewer_references_than_neighbours_leave_infinity():
    assert np.isinf(distances(table(3, 5), table(2, 6), 4)[:, 2:]).all()


@settings(max_examples=15)
@given(st.integers(0, 1000), st.integers(2, 4))
def test_the_tiled_kernel_equals_brute_force(seed, k):
    queries, references = table(7, seed), table(31, seed + 1)
    encoded = encode([queries, references], SCHEMA)
    space = gower_space(encoded[0].columns, encoded[1])
    a, b = (space.points(each) for each in encoded)
    numbers = np.minimum(np.abs(a.numbers[:, :, None] - b.numbers[:, None, :]), 1).sum(axis=0)
    few = (a.few[:, :, None] != b.few[:, None, :]).sum(axis=0)
    many = (a.many[:, :, None] != b.many[:, None, :]).sum(axis=0)
    expected = np.sort((numbers + few + many) / 5, axis=1)[:, :k]
    assert nearest(a, b, k) == pytest.approx(expected, abs=1e-12)
