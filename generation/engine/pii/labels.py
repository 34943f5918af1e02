"""What a column's label says about its values, in the languages of European tables: the one home of label words.

Labels are read without case and accents, word by word ("custNo", "CUST_NO" and "Cust no." are alike), and compounds
are taken apart ("Kundennr", "idcliente"). A word that names a quantity ("account_balance", "phone_calls", "number of
children") speaks against an identifier, whatever else stands beside it. Standard library only.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from generation.engine.pii.entities import word_set

# What a person is reached or known by: one word is enough.
EMAIL_WORDS = word_set("email mail emails courriel correo epost sahkoposti epasts epostadress")
PHONE_WORDS = word_set(
    """phone telephone telefon telefono telefone telefoon tel mobile mob movil movel cellulare cellphone handy gsm fax
    msisdn celular puhelin mobil mobiltelefon telefonnummer telefonnr handynummer handynr rufnummer mobilnummer
    telefoonnummer telno phoneno phonenumber mobileno mobno puhelinnumero telnr puh mobilfunk festnetz durchwahl
    faxnummer faxnr telefonszam ceptelefonu telefonas telefons telefonszama whatsapp телефон мобильныи τηλεφωνο
    κινητο"""
)
NAME_WORDS = word_set("surname lastname fullname firstname nachname vorname apellido apellidos prenom cognome")
_PAPER_WORDS = word_set(
    """ssn passport passportno passeport pasaporte passaporte passaporto reisepass reisepassnr paspoort paszport pasport
    iban dni nif nie curp rfc cuit cuil cpf cnpj bsn pesel nino tfn aadhaar personnummer fodselsnummer cedula rut nir
    insee siren siret matricule matricola steuernummer steuerid codicefiscale sozialversicherungsnummer ahv rodnecislo
    rijksregisternummer burgerservicenummer henkilotunnus imei imsi personalausweis
    cpr cprnr cprnummer cprnumber hetu hetutunnus svnr svnummer rvnr kvnr ahvnr ahvn personnr fodselsnr nss nuss niss
    insz aadhar jmbg oib emso egn cnp tckn kimlik isikukood asmenskodas personaskods personaskood szemelyiszam
    szemelyiigazolvany tajszam rodnecislo cisloop medicareno inami amka αμκα αφμ снилс инн паспорт егн еик
    passaportenr dnie mrn ippnumber krankenversichertennummer versichertennummer mynumber perskod"""
)
# What a person logs in with or is called by on a site, and what opens the door.
LOGIN_WORDS = word_set(
    """login username userid benutzerkennung handle nick nickname screenname benutzername nutzername anmeldename
    utilisateur identifiant usuario nomeutente utente gebruikersnaam anvandarnamn brugernavn brukernavn kayttajatunnus
    kayttajanimi uzytkownik profileurl profilelink profillink linkedin facebook instagram twitter tiktok skype"""
)
PASSWORD_WORDS = word_set(
    """password passwort kennwort passwd pwd passphrase motdepasse depasse contrasena senha wachtwoord losenord
    adgangskode
    passord salasana haslo apikey accesstoken authtoken clientsecret"""
)
_PLATE_WORDS = word_set(
    """plate plates numberplate licenceplate licenseplate plateno immatriculation matricula targa kenteken
    registreringsnummer nummerplade rekisterinumero kfzkennzeichen autokennzeichen nummernschild regnr spz rendszam
    plaka"""
)
DIRECT_WORDS = EMAIL_WORDS | PHONE_WORDS | NAME_WORDS | LOGIN_WORDS | PASSWORD_WORDS | _PAPER_WORDS | _PLATE_WORDS

# What a column of names is called, what else has a name, and what a column of places is called.
PEOPLE_WORDS = word_set(
    """name names surname forename lastname firstname fullname fname lname player customer patient client employee
    person contact author nom prenom apellido apellidos nachname vorname nombre nome cognome naam navn imie nazwisko
    kunde mitarbeiter inhaber titular"""
)
NOT_PEOPLE_WORDS = word_set("file product company country city street state brand team school event column table")
# Firms and offices bear names of people and are none.
FIRM_WORDS = word_set(
    """employer employers organisation organization org firm firma vendor supplier merchant bank hospital agency
    institution university publisher manufacturer maker arbeitgeber unternehmen hersteller lieferant entreprise
    employeur fournisseur societe empresa empleador proveedor azienda fornitore empregador fornecedor bedrijf werkgever
    leverancier foretag arbetsgivare virksomhed arbejdsgiver bedrift arbeidsgiver yritys tyonantaja pracodawca dostawca
    company companies"""
)
_BEARS_A_NAME = word_set("name names nom nome nombre naam navn imie")
PLACE_WORDS = word_set(
    """city country town state region place location birthplace county province nation ort stadt wohnort bundesland
    kanton ville pays pais ciudad citta paese comune provincia woonplaats"""
)
# A date of birth, and a year of it.
BIRTH_WORDS = word_set(
    """birth born dob birthday birthdate birthdat yob geboren geburtsdatum geburtstag geburtsjahr geb gebdatum naissance
    nacimiento nascita nascimento geboortedatum geboorte fodelsedatum urodzenia narozeni"""
)
QUASI_WORDS = BIRTH_WORDS | word_set(
    """age birth born dob birthday birthdate birthdat yob gender sex race ethnicity ethnic zip zipcode postcode postal
    plz country city town state region county nationality citizenship marital relationship occupation job profession
    education native language death dod household children
    alter geburt geburtsdatum geburtstag geschlecht postleitzahl ort wohnort stadt bundesland staat beruf
    familienstand staatsangehorigkeit edad nacimiento sexo genero pais ciudad provincia profesion naissance sexe pays
    ville departement metier nascita sesso paese citta comune geboortedatum geslacht woonplaats beroep
    idade leeftijd alder ika wiek kon kjonn sukupuoli plec fodelsedatum fodselsdato syntymaaika
    urodzenia nascimento nacionalidad nationalite nazionalita nacionalidade nationaliteit nationalitet kansalaisuus
    narodowosc codigopostal codepostal cep postnummer postinumero kodpocztowy estadocivil burgerlijkestaat
    civilstand siviilisaaty stancywilny profissao yrke erhverv ammatti zawod cidade stad kaupunki miasto
    lat lon lng latitude longitude latitud longitud latitudine longitudine geo geolocation gps coordinate coordinates
    coords coordonnees coordenadas koordinaten breitengrad langengrad breedtegraad lengtegraad breddgrad langdgrad
    breddegrad lengdegrad laengdegrad leveysaste pituusaste szerokosc dlugosc"""
)
SENSITIVE_WORDS = word_set(
    """salary income wage wages pay diagnosis disease icd condition health medication treatment disability religion
    sexual orientation political union criminal conviction genetic blood hiv credit debt balance gain loss pregnancy
    gehalt lohn einkommen krankheit diagnose gesundheit medikament behinderung konfession gewerkschaft vorstrafe
    schulden schwangerschaft blutgruppe salaire revenu maladie diagnostic sante medicament traitement handicap
    syndicat dette grossesse salario sueldo ingresos enfermedad diagnostico salud medicamento discapacidad
    sindicato deuda embarazo stipendio reddito malattia diagnosi salute farmaco disabilita religione sindacato debito
    gravidanza ordenado rendimento doenca saude deficiencia religiao divida gravidez loon salaris inkomen ziekte
    gezondheid medicatie handicap geloof godsdienst vakbond schuld zwangerschap inkomst sjukdom halsa lakemedel
    funktionsnedsattning skuld graviditet indkomst sygdom helbred inntekt sykdom helse palkka tulot sairaus diagnoosi
    terveys laakitys vamma uskonto velka raskaus pensja wynagrodzenie dochod choroba diagnoza zdrowie
    niepelnosprawnosc wyznanie religia zwiazek dlug ciaza"""
)
POST_WORDS = word_set(
    """zip zipcode postcode postal plz postleitzahl codigopostal codepostal postnr postnummer postinumero pocztowy
    kodpocztowy psc iranyitoszam cep eircode pincode"""
)
CODE_WORDS = POST_WORDS | {"code"}

_ID_WORDS = word_set("id ids uuid guid identifier ident key rowid")
# What is numbered: customers, accounts, papers, things that belong to one person.
_HOLDERS = word_set(
    """customer cust client kunde kund kundin cliente klant klient asiakas zakaznik
    account acct acc konto compte cuenta conto conta rekening cc bank banking
    member membership membre mitglied miembro membro socio lid medlem
    patient paciente paziente potilas pacjent mrn person persona personne personal citizen employee emp staff worker
    mitarbeiter employe empleado dipendente medewerker ansatt anstalld pracownik pers
    policy police poliza polizza apolice polis versicherung insurance assurance seguro assicurazione
    contract vertrag contrat contrato contratto card karte carte tarjeta carta cartao kaart kort
    invoice rechnung facture factura fattura fatura faktura faktuur order auftrag bestellung commande pedido ordine
    user nutzer benutzer utilisateur usuario utente gebruiker login student schuler etudiant studente
    estudiante matrikel
    ticket case claim booking buchung reservation loan kredit subscriber abonne vehicle plate device serial tracking
    meter zahler transaction txn tax steuer fiscal fiscale fiscaal fisc impot social securite secu sozial nhs medicare
    dossier adherent akten aktenzeichen geschaftszeichen vorgang vorgangs fall sinistre schaden fahrgestell chassis
    salarie org organisation organization organisations organisasjon organisasjons forening record chi ird routing
    voter ration payroll vergi tessera serie series dowodu klienta klientu pacjenta zamowienia umowy ucet uctu smlouvy
    alumno albumu pupil candidate candidat applicant rachunku zakaznika assistito participant subject proband
    tva btw moms vat iva biblioteka bibliotheks versichertenkarte patienten bestell kartu pasu
    passport pass ausweis identite identity identidad identita identitat licence license driver fuhrerschein permis
    licencia patente registration reg rego phone telefon telephone tel telefono mobile handy"""
)
# Those that stand alone for their number, when nearly every value is its own.
_ALONE = word_set(
    """customer cust client kunde kund cliente klant klient account acct konto compte cuenta conto conta rekening member
    membre mitglied miembro membro socio patient paciente paziente employee mitarbeiter policy poliza polizza contract
    vertrag contrat contrato contratto subscriber matrikel abonne mrn user utente usuario"""
)
# Abbreviations that are a number of their own where nothing but a word for "number" stands beside them; those that are
# words elsewhere, too, in capital letters only.
_ABBREVIATED = word_set(
    """vin cvr cif fnr pnr nip regon avs itin npi utr ppsn pps bban clabe cbu ccn iccid uid mpan mprn pdl nhc ipp nda
    matr orgnr ytunnus piva partitaiva kennzeichen kennung numclient nhi ihi abn dic ip ipaddress macaddress mac
    creditcard cardpan tituloeleitor aktenzeichen geschaftszeichen geschaeftszeichen amtlkennzeichen
    amtlicheskennzeichen rufnr kto upn uln subjid usubjid sn vehiclereg deviceserial bankverbindung bankkonto
    bankrekening rachunek ugyfelszam sns adoszam adoazonosito tesserasanitaria historiaclinica bibliotheksausweis
    userkey persnr stnr idnr steuerid"""
)
_IN_CAPITALS = word_set("fin az sin tin ein dea pan run rg nit dui rc ico ine cf taj cups pod afm")
# What scripts that Latin labels say nothing of call such numbers and phones, wherever it stands in a label.
_ELSEWHERE = re.compile(
    "身份证|身份證|身分證|手机|手機|电话|電話|携帯|护照|護照|旅券|账号|帳號|口座番号|会員番号|社員番号|顧客番号|患者番号|学籍番号|"
    "マイナンバー|客户编号|客戶編號|学号|工号|车牌|車牌|주민등록|전화번호|휴대폰|핸드폰|계좌번호|여권번호|회원번호|고객번호|학번|사번|"
    "هاتف|جوال|رقم الهوية|جواز|رقم الحساب|طلفون|טלפון|נייד|תעודת זהות|מספר חשבון|โทรศัพท์|เลขบัตร|เลขประจำตัว|"
    "फ़ोन|फोन|मोबाइल|आधार|номер телефона|номер паспорта|номер договора|номер сч[её]та|номер клиента|табельный номер|"
    "номер карты|номер полиса|лицевой сч[её]т|αριθμ[οό]ς ταυτ|αρ\\. ?ταυτ|τηλ[εέ]φωνο|διαβατ[ηή]ρι"
)
_MEASURED_ELSEWHERE = re.compile(
    "数量|次数|时长|時間|金额|金額|费|料金|型号|種類|类型|횟수|요금|시간|종류|количеств|тип|عدد|نوع|αριθμός κλήσ"
)
_LINKS = word_set("de del della di do da du d la le l of the zur des")
_NUMBER_WORDS = word_set(
    """no nr num nro nbr n number nummer numero numer numbers nummern cod codigo codice kod code ref reference cislo
    szam номер"""
)
# At the end of a label these number something even if it is none of the holders, unless it is a place or a step.
_TRAILING = word_set("no nr nro nummer")
_COUNTED = word_set(
    """house haus hausnummer huisnummer hausnr room zimmer raum floor etage page seite week woche kw version step day
    tag season round chapter seat platform gate lane bus route street strasse apartment apt unit shoe lot level line
    artikel article linien linie wagen wagon filial filiale store start match runde station post gleis kapitel ward bed
    bett klassen abteilungs produkt product varenr vare chambre salle piso lokal mieszkania kostenstellen
    bus zimmernr seiten stand tour fahrt"""
)
_STEMS = "|".join(sorted({*_HOLDERS, "konto", "policen", "rechnungs", "lohn"}, key=len, reverse=True))
_COMPOUND = re.compile(
    rf"(?:{_STEMS})(?:s|n|en|er|ns)?(?:no|nr|num|nro|number|nummer|numero|numer|id|code|key|ref)"
    rf"|(?:id|num|nro|cod|nr|no)(?:{_STEMS})"
    r"|\w{4,}(?:nummer|numero|nr|nro|szam|tunnus)"
)
# An amount or a count of what stands beside it: no number of its own.
_AMOUNTS = word_set(
    """balance saldo solde amount betrag monto importe montant importo value wert valeur total sum summe somme suma
    count counts anzahl cantidad cantidade nombre antal aantal liczba qty quantity menge quantite calls anrufe
    rate price preis prix precio prezzo cost costs kosten cout avg average mean median min max share ratio
    percent pct prozent score points punkte age alter edad days tage jours months monate mois years jahre ans
    duration dauer usage spend spent revenue umsatz turnover income salary gehalt lohn sueldo salaire fee fees
    interest length size width height weight hours stunden minutes seconds gb mb kb bytes opens clicks visits
    messages sms logins sales profit loss gain budget debt payments orders satisfaction zufriedenheit pages zahl"""
)
# A kind, a moment or a state of it.
_KINDS = word_set(
    """call valor rating rank tenure limit sent index of since opened closed created joined date datum fecha month year
    jahr ano type typ tipo art status state kind class klasse category kategorie tier flag group gruppe segment brand
    model plan level country verified active valid version frequency"""
)
_QUANTITIES = _AMOUNTS | _KINDS
# Letters whose mark is part of them: Unicode takes no accent off these.
_UNMARKED = str.maketrans(
    {"ß": "ss", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "đ": "d", "œ": "oe"}
)


def label_words(label: str) -> frozenset[str]:
    """Lower-case words of a column label: "nameFirst", "first_name" and "First name" all give {first, name}."""
    return frozenset(words_in(label))


def words_in(label: str) -> tuple[str, ...]:
    """The words of a label in order, without case, accents and digits.

    >>> words_in("numéro_client"), words_in("KundenNr. 2")
    (('numero', 'client'), ('kunden', 'nr'))
    """
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", label) if not unicodedata.combining(sign))
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain.translate(_UNMARKED))
    return tuple(re.findall(r"[^\W\d_]+", spaced.casefold()))


def names_quantity(label: str) -> bool:
    """Whether the label names a quantity, a kind or a moment, or counts things ("n_members", "number of children")."""
    words = words_in(label)
    return bool(_QUANTITIES.intersection(words)) or _is_count(words)


def names_amount(label: str) -> bool:
    """Whether the label names an amount or a count, and no number that is given out ("order total no")."""
    words = words_in(label)
    counts = bool(_AMOUNTS.intersection(words)) or _is_count(words)
    return counts and words[-1] not in _TRAILING | _ID_WORDS and not any(map(_is_compound, words))


def names_person(label: str) -> bool:
    """Whether the label names what one person is reached or known by: mail, phone, surname, passport, tax number."""
    return bool(DIRECT_WORDS.intersection(_joined(words_in(label)))) and not names_quantity(label)


def names_firm(label: frozenset[str]) -> bool:
    """Whether the words of a label name a firm and nobody in it: "employer name", but not "vendor contact"."""
    return bool(label & FIRM_WORDS) and not label & (PEOPLE_WORDS - _BEARS_A_NAME)


def names_identifier(label: str) -> bool:
    """Whether the label names a number that is given out: of a person, an account, a policy, a paper, a record.

    >>> [names_identifier(label) for label in ("Policennummer", "n_carte", "custno", "cod_fiscale")]
    [True, True, True, True]
    >>> [names_identifier(label) for label in ("number of children", "account_balance", "n_members", "phone_calls")]
    [False, False, False, False]
    """
    words = words_in(label)
    if words and (words[-1] in _ID_WORDS or words == ("index",)):
        return True  # whatever it is the key of: a month's id is a key, and no month
    if _is_foreign(label):
        return True
    if names_quantity(label):
        return False
    if names_person(label) or _ID_WORDS.intersection(words) or any(map(_is_compound, words)):
        return True
    if _is_abbreviated(label, words):
        return True
    numbers, rest = _NUMBER_WORDS.intersection(words), set(words) - _NUMBER_WORDS
    return bool(numbers) and (bool(rest & _HOLDERS) or _ends_in_number(words))


def names_holder(label: str) -> bool:
    """Whether the label names what has a number ("member", "account") and may stand for that number."""
    return bool(_ALONE.intersection(words_in(label))) and not names_quantity(label)


def _is_foreign(label: str) -> bool:
    plain = unicodedata.normalize("NFKC", label).casefold()
    return bool(_ELSEWHERE.search(plain)) and not _MEASURED_ELSEWHERE.search(plain)


def _is_abbreviated(label: str, words: tuple[str, ...]) -> bool:
    rest = "".join(word for word in words if word not in _NUMBER_WORDS | _LINKS) or "".join(words)
    return rest in _ABBREVIATED or (rest in _IN_CAPITALS and label.upper() == label)


def _is_compound(word: str) -> bool:
    stem = re.sub("(?:nummer|numero|number|nr|nro|no|szam)$", "", word)
    return not {word, stem} & (_COUNTED | POST_WORDS) and bool(_COMPOUND.fullmatch(word))


def _joined(words: tuple[str, ...]) -> set[str]:
    """The words, and each two that stand side by side as one: "e-mail" and "last name" are one word elsewhere."""
    return {*words, *(one + other for one, other in pairwise(words)), *(["".join(words)] if _is_spelled(words) else [])}


def _is_spelled(words: tuple[str, ...]) -> bool:
    """Whether a label is letters with points between them, as in D.N.I."""
    return len(words) > 1 and all(len(word) == 1 for word in words)


def _is_count(words: tuple[str, ...]) -> bool:
    """A word for "number" first, and nothing after it that has one number: "num_rooms", "nb enfants"."""
    return not _is_spelled(words) and (
        len(words) > 1
        and words[0] in _NUMBER_WORDS - {"code", "ref", "reference", "kod"}
        and not any(map(_has_number, words[1:]))
    )


def _has_number(word: str) -> bool:
    return word in _HOLDERS | DIRECT_WORDS | _ID_WORDS | _ABBREVIATED or _is_compound(word)


def _ends_in_number(words: tuple[str, ...]) -> bool:
    return words[-1] in _TRAILING and not _COUNTED.intersection(words)
