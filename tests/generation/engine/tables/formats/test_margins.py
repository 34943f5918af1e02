"""What people and programs write around a table is no record of it, and the owner is told; what may be one stays."""

from __future__ import annotations

import io

import openpyxl
import pytest

from tests.generation.engine.tables.cases import read, refusal

ROWS = 40


def lines(*, head="Ort;Kunde;Umsatz", above=(), below=(), after=(), end=""):
    """A CSV of 40 records, `after` standing behind the twentieth."""
    records = [f"Stadt {at % 7};K{at};{at},50{end}" for at in range(ROWS)]
    return "\n".join([*above, head, *records[:20], *after, *records[20:], *below, ""]).encode()


def labels(facts):
    return [one.label for one in facts.columns]


def left_out(facts):
    """The one sentence on what was left out, "" for none."""
    said = [note for note in facts.notes if note.startswith("Not read as data: ")]
    assert len(said) <= 1
    return said[0].removeprefix("Not read as data: ").rstrip(".") if said else ""


def assert_only_records(data, said):
    facts, table = read(data)
    assert facts.rows == ROWS
    assert [one.type for one in facts.columns] == ["string", "string", "double"]
    assert table.column("c2").to_pylist() == [at + 0.5 for at in range(ROWS)]
    assert left_out(facts) == said


@pytest.mark.parametrize(
    "word",
    ["Total", "TOTAL:", "Summe", "Gesamt", "Gesamtergebnis", "Итого", "Σύνολο", "合計", "Razem", "Yhteensä", "Összesen",
     "Sous-total", "Grand Total", "Suma total"],
)  # fmt: skip
def test_a_last_line_of_totals_is_left_out_in_any_language_wherever_its_word_stands(word):
    assert_only_records(lines(below=[f"{word};;800,00"]), "1 row that sums up the others (row 42)")
    assert_only_records(lines(below=[f";{word};800,00"]), "1 row that sums up the others (row 42)")


@pytest.mark.parametrize("total", ["Summe 2024;;800,00", "Total (40 records);;800,00", "Summe", "Gesamt;800,00"])
def test_a_line_of_totals_may_say_of_what_and_be_narrower_than_the_table(total):
    said = "1 row that sums up the others"
    assert_only_records(lines(below=[total]), said + (" (row 42)" if total.count(";") == 2 else ""))


def test_sums_of_groups_inside_are_left_out_where_a_column_that_is_always_filled_is_empty():
    data = lines(after=["Zwischensumme;;210,00"], below=["Summe;;820,00"])
    assert_only_records(data, "2 rows that sum up others (rows 22, 43)")


def test_a_word_for_a_total_in_a_full_record_is_data_and_is_told():
    facts, table = read(lines(after=["Total;K99;3,50"]))
    assert (facts.rows, table.column("c0").to_pylist()[20]) == (41, "Total")
    assert left_out(facts) == ""
    assert any(
        note.startswith("1 row (row 22) begins with a word for a total; it was read as data") for note in facts.notes
    )


def test_a_category_called_total_stays_in_the_last_record_too():
    records = "".join(f"{sex};{year};{year % 7}\n" for year in range(1990, 2020) for sex in ("m", "f", "Total"))
    facts, _ = read(("sex;year;n\n" + records).encode())
    assert facts.rows == 90
    assert left_out(facts) == ""


@pytest.mark.parametrize("name", ["Totaljet", "Sumatra", "Somerset", "Summer Ltd", "Gesamtschule"])
def test_names_that_only_begin_like_a_total_are_data(name):
    assert read(lines(below=[f"{name};K99;3,50"]))[0].rows == 41


@pytest.mark.parametrize("blank", [";;", " ; ; ", '"";"";""'])
def test_lines_of_nothing_but_separators_are_left_out_at_the_end_and_inside(blank):
    assert_only_records(lines(after=[blank], below=[blank] * 3), "4 rows without a value (rows 22, 43, 44, 45)")


def test_a_record_without_a_value_stays_where_every_column_lacks_values():
    records = [("y", "x"), ("", "x"), ("y", ""), ("", "")] * 10
    data = "a;b\n" + "".join(f"{one};{other}\n" for one, other in records)
    facts, table = read(data.encode())
    assert (facts.rows, table.column("c0").null_count, table.column("c1").null_count) == (40, 20, 20)
    assert left_out(facts) == ""


@pytest.mark.parametrize(
    ("head", "end"), [("Ort;Kunde;Umsatz;", ";"), ("Ort;Kunde;Umsatz", ";"), ("Ort;Kunde;Umsatz;", "")]
)
def test_a_delimiter_at_the_end_of_lines_makes_no_column(head, end):
    assert_only_records(lines(head=head, end=end), "1 column without a name and a value (column 4)")


def test_a_column_without_a_name_that_has_one_value_stays():
    facts, _ = read(b"a;b;\n1;2;\n3;4;seen\n5;6;\n")
    assert labels(facts) == ["a", "b", "column 3"]
    assert left_out(facts) == ""


@pytest.mark.parametrize("sign", [";", ",", "\t", "|", "^"])
def test_a_first_line_that_tells_spreadsheets_the_delimiter_is_obeyed(sign):
    mark = sign if sign != "\t" else "\t"
    data = f"sep={mark}\n" + lines().decode().replace(";", sign).replace(",50", ".50")
    facts, table = read(data.encode())
    assert (facts.rows, facts.delimiter, labels(facts)) == (ROWS, sign, ["Ort", "Kunde", "Umsatz"])
    assert table.column("c2").to_pylist()[3] == 3.5
    assert left_out(facts) == f"the first line, which tells spreadsheets that “{mark}” separates cells"
    assert not any("header was found" in note for note in facts.notes)


def test_the_delimiter_that_is_told_goes_before_the_one_that_is_likelier():
    facts, _ = read(b"sep=;\r\nname;n\r\nRoe, J, A;1\r\nDoe, M, B;2\r\n")
    assert (facts.delimiter, labels(facts)) == (";", ["name", "n"])


@pytest.mark.parametrize("sign", ["^", "~"])
def test_a_rare_delimiter_is_found_where_all_lines_agree(sign):
    facts, _ = read(lines().decode().replace(";", sign).replace(",", ".").encode())
    assert (facts.delimiter, labels(facts)) == (sign, ["Ort", "Kunde", "Umsatz"])


def test_a_sign_that_some_cells_hold_is_no_delimiter():
    facts, table = read(b"size\n~40\n~50^2\n60\n")
    assert labels(facts) == ["size"]
    assert table.column("c0").to_pylist() == ["~40", "~50^2", "60"]


@pytest.mark.parametrize("sign", ["# ", "#", "// "])
def test_comment_lines_are_left_out_above_the_header_and_between_records(sign):
    data = lines(above=[f"{sign}exported 2024-05-01, by x", f"{sign}all in EUR"], after=[f"{sign}second half"])
    facts, table = read(data)
    assert (facts.rows, labels(facts)) == (ROWS, ["Ort", "Kunde", "Umsatz"])
    assert table.column("c0").to_pylist()[20] == "Stadt 6"
    assert left_out(facts) == "1 comment line"
    assert any("header was found in row 3" in note for note in facts.notes)


def test_a_header_that_begins_with_a_hash_is_the_header():
    facts, _ = read(b"##source=x\n#chrom\tpos\tref\n1\t5\tA\n2\t7\tC\n1\t9\tA\n")
    assert labels(facts) == ["#chrom", "pos", "ref"]


def test_cells_that_begin_with_a_hash_are_data():
    facts, table = read(b"colour,n\n#ff0000,1\n#00ff00,2\n#0000ff,3\n")
    assert (facts.rows, table.column("c0").to_pylist()[0]) == (3, "#ff0000")


@pytest.mark.parametrize(
    "note",
    ["Quelle: Amt für Statistik", "Source: Eurostat; 2024; table 3; extract", "(40 rows affected)", "* vorläufig",
     "© 2024 Example", "End of report", "Die Werte sind gerundet.", "Erstellt am 01.05.2024", "Note: provisional;;"],
)  # fmt: skip
def test_notes_below_the_table_are_left_out(note):
    facts, table = read(lines(below=["", note]))
    assert facts.rows == ROWS
    assert table.column("c2").to_pylist()[-1] == 39.5
    assert left_out(facts).startswith("1 note below the table")


def test_a_narrow_line_between_records_is_refused_whatever_it_says():
    error = refusal(lines(after=["Die Werte sind gerundet."]))
    assert (error.code, "Row 22" in error.sentence) == ("ragged_row", True)


def test_a_last_record_that_was_cut_off_is_refused():
    assert refusal(lines(below=["Stadt"])).code == "ragged_row"
    assert refusal(lines(below=["Stadt 7;K40"])).code == "ragged_row"


def test_a_last_record_of_one_value_stays_where_others_lack_values_too():
    records = "".join(f"k{at};{at % 3 or ''};{at % 2 or ''}\n" for at in range(40))
    facts, table = read(f"key;a;b\n{records}zz top;;\n".encode())
    assert (facts.rows, table.column("c0").to_pylist()[-1]) == (41, "zz top")


def test_what_a_terminal_prints_of_a_table_is_read_without_its_rules():
    body = "".join(f" {at:>2} | n{at}   \n" for at in range(ROWS))
    facts, table = read(f" id | name \n----+------\n{body}({ROWS} rows)\n".encode())
    assert (facts.rows, labels(facts), facts.delimiter) == (ROWS, ["id", "name"], "|")
    assert table.column("c0").to_pylist() == list(range(ROWS))
    assert left_out(facts) == "1 row of rules, 1 note below the table"


def test_a_table_of_markdown_is_read_without_its_frame():
    body = "".join(f"| {at} | n{at} |\n" for at in range(ROWS))
    facts, table = read(f"| id | name |\n|----|:----|\n{body}".encode())
    assert (facts.rows, labels(facts)) == (ROWS, ["id", "name"])
    assert table.column("c0").to_pylist() == list(range(ROWS))
    assert "1 row of rules" in left_out(facts)
    assert "2 columns without a name and a value (columns 1, 4)" in left_out(facts)


def test_facts_with_their_names_above_the_header_are_no_header():
    data = lines(above=["Umsatzliste;;", "Stand:;01.05.2024;", ";;"])
    facts, _ = read(data)
    assert labels(facts) == ["Ort", "Kunde", "Umsatz"]
    assert facts.rows == ROWS


def test_headers_that_stand_again_are_counted_with_their_rows_and_later_rows_keep_their_numbers():
    data = lines(after=["Ort;Kunde;Umsatz"], below=["Stadt 1;K41;see file"])
    facts, _ = read(data)
    assert left_out(facts) == "1 row that says the header once more (row 22)"
    assert any("holds 1 cell that are no number (rows 43)" in note for note in facts.notes)


def test_a_sheet_with_a_title_totals_a_stripe_and_a_note_gives_its_records():
    book, sink = openpyxl.Workbook(), io.BytesIO()
    for row in (["Umsatz 2024"], [], ["Ort", None, "Kunde", "Umsatz"],
                *([f"Stadt {at % 7}", None, f"K{at}", at + 0.5] for at in range(ROWS)),
                ["Summe", None, None, 800], [], ["Quelle: Vertrieb"]):  # fmt: skip
        book.active.append(row)
    book.save(sink)
    facts, table = read(sink.getvalue())
    assert (facts.rows, labels(facts)) == (ROWS, ["Ort", "Kunde", "Umsatz"])
    assert table.column("c2").to_pylist() == [at + 0.5 for at in range(ROWS)]
    assert "1 row that sums up the others" in left_out(facts)
    assert "1 note below the table" in left_out(facts)
    assert "1 column without a name and a value (column 2)" in left_out(facts)


def test_notes_are_found_in_a_table_of_many_batches():
    body = "".join(f"Stadt {at % 7};K{at};{at % 90},50\n" for at in range(400_000))
    facts, _ = read(f"Ort;Kunde;Umsatz\n{body};;\nSumme;;1\n\nQuelle: Vertrieb\n".encode())
    assert facts.rows == 400_000
    assert left_out(facts) == (
        "1 row without a value (row 400,002), 1 row that sums up the others (row 400,003), 1 note below the table"
    )


def test_names_of_rows_that_r_writes_without_a_name_get_a_column():
    body = "".join(f'"r{at}",{at},{at * 2}\n' for at in range(ROWS))
    facts, table = read(f'"a","b"\n{body}'.encode())
    assert (facts.rows, labels(facts)) == (ROWS, ["column 1", "a", "b"])
    assert table.column("c1").to_pylist() == list(range(ROWS))


def test_years_are_names_of_columns_below_a_title():
    body = "".join(f"O{at};{at};2,5\n" for at in range(ROWS))
    facts, _ = read(f"Einwohner in Tausend;;\nOrt;2019;2020\n{body}".encode())
    assert (facts.rows, labels(facts)) == (ROWS, ["Ort", "2019", "2020"])


def test_a_first_row_that_looks_like_a_record_is_told():
    body = "".join(f"{at};x{at};2020-01-0{at % 9 + 1}\n" for at in range(ROWS))
    assert any("column names look like values" in note for note in read(body.encode())[0].notes)
    assert not any("look like values" in note for note in read(lines(head="Ort;2019;Umsatz 2"))[0].notes)
