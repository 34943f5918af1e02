"""Which column seems to say whose each record is, where people come again and nobody said so. Standard library only."""

from __future__ import annotations

import re

from generation.engine.pii.entities import word_set
from generation.engine.pii.labels import names_quantity, words_in
from generation.engine.profiling.profile import ColumnProfile, TableProfile

# Of one value at least so many records on average, and at least so many values: fewer are groups of people.
COMES_AGAIN = 1.2
FEWEST = 20
# Who has records: how customers, patients, members, staff and users are called.
_WHO = word_set(
    """customer cust client kunde kundin kunden cliente klant klient asiakas zakaznik member membre mitglied miembro
    membro socio medlem patient patienten paciente paziente potilas pacjent mrn person personen persona personne
    citizen burger employee mitarbeiter employe empleado dipendente medewerker ansatt anstalld pracownik pers
    staff worker user nutzer benutzer utilisateur usuario utente gebruiker student schuler etudiant studente
    estudiante matrikel subscriber abonne insured versicherte versicherten assure driver fahrer player spieler
    applicant candidate bewerber tenant mieter resident donor author respondent subject subj participant
    teilnehmer account acct konto konten compte cuenta conto conta rekening cardholder holder proband pupil guest
    visitor borrower debtor taxpayer beneficiary"""
)
_NUMBER = word_set("no nr num nro nbr nummer numero number id ids uuid guid code cod key ref name hash pseudonym token")
_NUMBERS = "|".join(sorted(_NUMBER))
_WORD = re.compile(rf"(?:{_NUMBERS})?(?:{'|'.join(sorted(_WHO))})s?(?:{_NUMBERS})?")


def column_of_people(profile: TableProfile) -> ColumnProfile | None:
    """The column whose label names somebody and whose values come again; of several the one with most values.

    None where there is no such column: where each value is one record's, people do not come again or cannot be told.
    """
    found = [
        column for column in profile.columns if _comes_again(column, profile.rows) and names_somebody(column.label)
    ]
    return max(found, key=lambda column: column.distinct, default=None)


def names_somebody(label: str) -> bool:
    """Whether a label says whose a record is.

    >>> [names_somebody(label) for label in ("customer_id", "Patientennr", "user", "card no", "n_members", "order id")]
    [True, True, True, False, False, False]
    """
    others = [word for word in words_in(label) if word not in _NUMBER]
    return bool(others) and all(map(_WORD.fullmatch, others)) and not names_quantity(label)


def _comes_again(column: ColumnProfile, rows: int) -> bool:
    filled = rows - column.missing
    return column.distinct >= FEWEST and filled >= COMES_AGAIN * column.distinct
