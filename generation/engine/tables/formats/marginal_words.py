"""How totals, notes and rules begin that people write around a table. Standard library only."""

from __future__ import annotations

import re

# In lower case; a colon behind them counts for nothing.
TOTALS = frozenset(
    """
    total|totals|sum|summe|gesamt|gesamtsumme|gesamtergebnis|gesamtbetrag|endsumme|insgesamt|zusammen|zwischensumme|
    subtotal|sub-total|sub total|subtotals|grand total|grand-total|overall total|total general|total général|totaux|
    somme|sous-total|sous total|suma|total general|suma total|totales|totale|totali|somma|subtotale|totale generale|
    totaal|subtotaal|eindtotaal|som|razem|ogółem|łącznie|summa|totalt|delsumma|i alt|sum i alt|samlet|yhteensä|
    celkem|součet|spolu|súčet|összesen|toplam|genel toplam|ara toplam|soma|total geral|totais|итого|всего|сумма|
    разом|усього|σύνολο|всичко|ukupno|skupaj|kokku|kopā|iš viso|合計|总计|合计|總計|합계|المجموع|सकल योग|कुल|סהכ|סה"כ
    """.replace("\n", "").replace("    ", "").strip().split("|")
)  # fmt: skip
_ANY_TOTAL = "|".join(re.escape(word).replace('"', '"') for word in sorted(TOTALS, key=len, reverse=True))
# A total begins with such a word; "Totaljet" and "Total Energies SE of Paris" do not say what they sum up.
IS_TOTAL = rf"(?i)^(?:{_ANY_TOTAL})(?:\s*[:(=].*|\s+[\d(].*|\s+\S+)?$"
IS_RULE = r"^[-=_*+|:~.]{3,}$"
_NOTES = "|".join(
    """
    source|sources|quelle|quellen|fuente|fuentes|fonte|fonti|bron|bronnen|kilde|källa|lähde|źródło|zdroj|forrás|
    note|notes|hinweis|hinweise|anmerkung|anmerkungen|fußnote|footnote|footnotes|nota|notas|remarque|remarques|
    opmerking|uwaga|bemerkung|bemerkungen|stand|as of|status|generated|created|exported|printed|produced|
    erstellt|erzeugt|exportiert|gedruckt|généré|créé|édité|imprimé|generado|creado|generato|creato|
    report|report generated|end of report|end of file|ende|fin du fichier|fin|copyright|legend|legende|légende|
    disclaimer|confidential|vertraulich|confidentiel|page|seite|filters|applied filters|filter|records|rows
    """.replace("\n", "").replace("    ", "").strip().split("|")
)  # fmt: skip
# "Source: Eurostat", "(12 rows)", "12 rows selected.", "* preliminary", "-- end of report --".
IS_NOTE = (
    rf"(?i)^(?:(?:{_NOTES})\s*(?::|$)|(?:{_NOTES})\s+(?:on|at|by|am|vom|von|le|par|el|il|of|as of)\b|©|\(c\)|"
    r"\(?\d[\d.,]*\s+(?:rows?|records?|zeilen|datensätze|lignes|filas|registros|righe|rijen|rader)\b|"
    r"[*†‡¹²³]+\)?\s*\S|\d\)\s+\S|--+\s+\S)"
)
