"""What is not data is not read as data: titles, totals, headers said again, hidden sheets, quoting by backslash."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.urls import reverse

from generation.models import Dataset
from synthportal.jobs.here import JobFailed
from tests.generation.door import page
from tests.whole.tables.door import send

pytestmark = pytest.mark.django_db
BODY = [[f"k{at:03d}", at % 7, 1.5 * (at % 11)] for at in range(120)]


def csv_of(*rows):
    return "".join(",".join(map(str, row)) + "\n" for row in rows).encode()


def workbook(build):
    book, sink = openpyxl.Workbook(), io.BytesIO()
    build(book)
    book.save(sink)
    return sink.getvalue()


def labels(dataset):
    return [column["label"] for column in dataset.file_facts["columns"]]


def notes(dataset):
    return " ".join(dataset.file_facts["notes"])


def test_a_title_above_the_header_and_a_total_below_are_no_records(ana):
    data = csv_of(["Claims of 2025"], [], ["key", "n", "paid"], *BODY, ["Total", 357, 900])
    dataset = send(ana, data, "claims.csv")
    assert (labels(dataset), dataset.rows) == (["key", "n", "paid"], 120)
    assert "header was found in row 3" in notes(dataset)
    assert "sums up the others" in notes(dataset)


def test_a_record_whose_first_word_is_total_stays_when_others_follow(ana):
    data = csv_of(["key", "n", "paid"], ["Total", 1, 2], *BODY)
    assert send(ana, data, "claims.csv").rows == 121


def test_a_header_that_stands_again_among_the_records_is_no_record(ana):
    data = csv_of(["key", "n", "paid"], *BODY[:60], ["key", "n", "paid"], *BODY[60:])
    dataset = send(ana, data, "claims.csv")
    assert dataset.rows == 120
    assert [column["type"] for column in dataset.file_facts["columns"]] == ["string", "int64", "double"]
    assert "once more" in notes(dataset)


def test_a_named_header_row_goes_before_what_is_found(ana):
    data = csv_of(["Claims of 2025"], ["key", "n", "paid"], ["k", "count", "EUR"], *BODY)
    assert labels(send(ana, data, "claims.csv", header_row=3)) == ["k", "count", "EUR"]


def test_a_hidden_sheet_is_not_read_and_a_named_one_is(ana):
    def build(book):
        lists = book.active
        lists.title, lists.sheet_state = "Lists", "hidden"
        for row in (["code"], *([at % 3] for at in range(30))):
            lists.append(row)
        shown = book.create_sheet("Claims")
        for row in (["key", "n", "paid"], *BODY):
            shown.append(row)

    data = workbook(build)
    dataset = send(ana, data, "claims.xlsx")
    assert (labels(dataset), dataset.rows) == (["key", "n", "paid"], 120)
    assert "1 of them hidden" in notes(dataset)
    assert labels(send(ana, data, "claims.xlsx", sheet="lists")) == ["code"]
    with pytest.raises(JobFailed, match="It has: Lists, Claims"):
        send(ana, data, "claims.xlsx", sheet="Claim")


def test_digits_that_a_sheet_fills_up_with_zeros_stay_a_code(ana):
    def build(book):
        sheet = book.active
        for at, row in enumerate((["zip", "n", "paid"], *([at + 1, *row[1:]] for at, row in enumerate(BODY))), start=1):
            sheet.append(row)
            sheet.cell(row=at, column=1).number_format = "00000"

    dataset = send(ana, workbook(build), "claims.xlsx")
    assert dataset.file_facts["columns"][0]["type"] == "string"


def test_merged_cells_are_said(ana):
    def build(book):
        sheet = book.active
        for row in (["town", "n", "paid"], *BODY):
            sheet.append(row)
        sheet.merge_cells("A5:A9")

    dataset = send(ana, workbook(build), "claims.xlsx")
    assert "merged, the first in row 5" in notes(dataset)
    assert next(column.missing for column in dataset.columns.all() if column.label == "town") in range(5)


def test_quotes_with_a_backslash_before_them_are_inside_their_cell(ana):
    rows = "".join(f'{at},"said \\"no\\", twice",{at % 5}\n' for at in range(120))
    dataset = send(ana, f"key,remark,n\n{rows}".encode(), "t.csv")
    assert (labels(dataset), dataset.rows) == (["key", "remark", "n"], 120)


def test_blank_lines_of_a_single_column_are_missing_values(ana):
    data = "grade\n" + "".join(f"{'' if at % 4 == 0 else at % 9}\n" for at in range(120))
    dataset = send(ana, data.encode(), "t.csv")
    assert dataset.rows == 120


def test_a_refused_upload_keeps_what_was_typed(ana):
    with pytest.raises(JobFailed):
        send(ana, b"a,b\n1,2\n1,2,3\n", "t.csv", description="For the actuaries.", target="b")
    refused = Dataset.objects.get()
    shown = page(ana.get(reverse("dataset", args=[refused.pk])))
    again = f"{reverse('dataset_new')}?like={refused.pk}"
    assert again in shown
    form = page(ana.get(again))
    assert "For the actuaries." in form
    assert 'value="b"' in form
