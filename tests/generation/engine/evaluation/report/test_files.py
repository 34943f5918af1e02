"""Files of any format in, an evaluation out, without a database."""

import subprocess
import sys

import pytest

from generation.engine.errors import TableError
from generation.engine.evaluation.report.files import read_tables
from generation.engine.schema import ColumnRole
from tests.generation.engine.evaluation.people import people

COLUMNS = ["age", "job", "town", "joined", "pay", "member", "left"]


@pytest.fixture
def paths(tmp_path):
    found = {"training": tmp_path / "t.csv", "holdout": tmp_path / "h.parquet", "synthetic": tmp_path / "s.jsonl"}
    people(260, 1)[COLUMNS].to_csv(found["training"], index=False)
    people(240, 2)[COLUMNS[::-1]].to_parquet(found["holdout"])
    people(250, 3)[COLUMNS].assign(joined=lambda t: t["joined"].dt.strftime("%Y-%m-%d")).to_json(
        found["synthetic"], orient="records", lines=True
    )
    return found


def test_tables_of_three_formats_meet_by_label_whatever_the_order_of_columns(paths):
    read = read_tables(paths["training"], paths["holdout"], paths["synthetic"], target="left", quasi=["age", "town"])
    assert [spec.label for spec in read.schema] == COLUMNS
    assert list(read.training.columns) == list(read.holdout.columns) == list(read.synthetic.columns)
    assert {spec.label for spec in read.schema if spec.role is ColumnRole.QUASI} == {"age", "town"}
    assert read.target == "c6"
    assert sorted(read.holdout["c6"].unique()) == ["no", "yes"]


def test_a_file_without_a_column_of_the_training_file_is_refused(paths, tmp_path):
    people(50, 3)[["age", "job"]].to_csv(tmp_path / "short.csv", index=False)
    with pytest.raises(TableError, match="lacks 5"):
        read_tables(paths["training"], None, tmp_path / "short.csv")


def test_a_target_that_does_not_exist_is_refused(paths):
    with pytest.raises(TableError, match="no column"):
        read_tables(paths["training"], None, paths["synthetic"], target="nothing")


def test_metrics_policies_and_kinds_are_read_without_the_libraries_of_the_suite():
    code = (
        "import sys; from generation.engine.evaluation.limits.policy import default_policy; "
        "from generation.engine.kinds.catalogue import offered; default_policy('training'); offered(); "
        "print({'numpy', 'pandas', 'lightgbm', 'numba', 'scipy', 'sklearn'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
