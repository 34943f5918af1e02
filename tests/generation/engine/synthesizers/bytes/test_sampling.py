from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.engine.errors import FitError
from generation.engine.synthesizers.bytes.sampling import Shard, shard_plan, shard_seed


def test_250_rows_in_shards_of_100_are_100_100_and_50():
    assert shard_plan(250, 100) == (Shard(0, 0, 100), Shard(1, 100, 100), Shard(2, 200, 50))


@given(st.integers(1, 10_000), st.integers(1, 3_000))
def test_shards_follow_each_other_and_cover_all_rows(rows, shard_rows):
    plan = shard_plan(rows, shard_rows)
    assert sum(shard.rows for shard in plan) == rows
    assert [shard.first_row for shard in plan] == [shard_rows * index for index in range(len(plan))]
    assert all(0 < shard.rows <= shard_rows for shard in plan)


@pytest.mark.parametrize(("rows", "shard_rows"), [(0, 10), (-4, 10), (7, 0)])
def test_no_rows_is_refused(rows, shard_rows):
    with pytest.raises(FitError, match="at least one record"):
        shard_plan(rows, shard_rows)


def test_ten_thousand_shards_of_two_runs_have_twenty_thousand_seeds():
    seeds = {shard_seed(run, index) for run in (0, 1) for index in range(10_000)}
    assert len(seeds) == 20_000
    assert max(seeds) > 2**63
