"""The catalogue of medications: read strictly, loaded whole or not at all."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from prescriptions import selectors
from prescriptions.catalogue_files import BUNDLED, CatalogueUnreadable, read_catalogue
from prescriptions.models import Drug, Prescription
from tests import factories

HEADER = "name,strength,form,dea_schedule,narcotic,rxcui,rxcui_confidence,note\n"
TRAMADOL = "Tramadol HCl,50 mg,oral tablet,IV,Y,835603,A,\n"
FENFLURAMINE = "Fenfluramine,2.2 mg/mL,oral solution,{},N,2381138,A,was CIV\n"


def load(*arguments: object) -> str:
    out = StringIO()
    call_command("load_drug_catalogue", *map(str, arguments), stdout=out, no_color=True)
    return out.getvalue()


@pytest.fixture
def file(tmp_path):
    """A catalogue with these lines under its header."""

    def write(*lines: str) -> str:
        path = tmp_path / "catalogue.csv"
        path.write_text(HEADER + "".join(lines))
        return str(path)

    return write


def test_the_portals_own_catalogue_is_read_whole():
    rows = read_catalogue(BUNDLED.read_bytes())

    assert len(rows) == 48
    assert {row.schedule for row in rows} == {"II", "III", "IV", "V", ""}
    assert sum(1 for row in rows if row.schedule) == 35
    exempt = next(r for r in rows if r.form == "oral tablet" and "butalbital" in r.name)
    assert exempt.schedule == ""


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The first line must be name,strength,form,"),
        (b"name,strength\n", "The first line must be"),
        (HEADER.encode(), "The file has no rows."),
        (b"\xff\xfe", "The file is not UTF-8 text."),
        ((HEADER + '"Tramadol').encode(), "The file is not comma-separated text."),
        ((HEADER + "Tramadol HCl,50 mg\n").encode(), "line 2: has 2 columns, not 8."),
        ((HEADER + TRAMADOL + FENFLURAMINE.format("VI")).encode(), "line 3: 'VI' is no schedule."),
        ((HEADER + FENFLURAMINE.format("")).encode(), "line 2: '' is no schedule."),
        ((HEADER + FENFLURAMINE.format("C-IV")).encode(), "'C-IV' is no schedule."),
        ((HEADER + TRAMADOL.replace(",Y,", ",maybe,")).encode(), "narcotic must be Y or N."),
        ((HEADER + TRAMADOL.replace("835603", "83560x")).encode(), "'83560x' is no RxCUI."),
        ((HEADER + TRAMADOL.replace("50 mg", " ")).encode(), "the strength must have 1 to 60"),
        ((HEADER + TRAMADOL.replace("Tramadol", "T" * 100)).encode(), "the name must have 1 to"),
        ((HEADER + TRAMADOL * 2).encode(), "Tramadol HCl 50 mg oral tablet is in the file twice."),
        (b"x" * (20 * 1024 * 1024 + 1), "The file is larger than 20 MB."),
    ],
)
def test_a_file_that_is_not_understood_is_not_taken(content, sentence):
    with pytest.raises(CatalogueUnreadable) as error:
        read_catalogue(content)

    assert sentence in str(error.value)


def test_a_byte_order_mark_and_empty_lines_do_no_harm():
    rows = read_catalogue(b"\xef\xbb\xbf" + (HEADER + "\n" + TRAMADOL + "\n").encode())

    assert [row.name for row in rows] == ["Tramadol HCl"]


def test_it_is_loaded_with_the_date_of_the_day_and_what_is_controlled_is_offered(db):
    told = load()

    assert Drug.objects.count() == 48
    assert selectors.controlled_drugs().count() == 35
    assert set(Drug.objects.values_list("catalogue_date", flat=True)) == {timezone.localdate()}
    assert "added: Fentanyl 25 mcg/h 72-hour transdermal system (C-II)" in told
    assert "added: Amoxicillin 500 mg oral capsule (Not controlled)" in told
    assert "48 added, 0 changed, 0 with another schedule, 0 unchanged" in told


def test_a_second_load_changes_nothing_but_the_date(db):
    load("--date=2026-10-01")
    before = list(Drug.objects.order_by("pk").values_list("pk", "name", "schedule", "rxcui"))

    told = load("--date=2026-11-01")

    assert "0 added, 0 changed, 0 with another schedule, 48 unchanged" in told
    assert before == list(
        Drug.objects.order_by("pk").values_list("pk", "name", "schedule", "rxcui")
    )
    assert set(Drug.objects.values_list("catalogue_date", flat=True)) == {date(2026, 11, 1)}


def test_what_changed_is_told(db, file):
    load(file(TRAMADOL))

    told = load(file(TRAMADOL.replace("835603", "").replace(",Y,", ",N,")))

    assert (
        "changed: Tramadol HCl 50 mg oral tablet: is_narcotic was True, rxcui was '835603'" in told
    )
    assert Drug.objects.get().rxcui == ""


def test_a_schedule_that_changed_is_told_loudly_and_prescriptions_keep_their_copy(db, file, signer):
    load(file(FENFLURAMINE.format("IV")))
    rx = factories.a_prescription(signer, drug=Drug.objects.get())

    told = load(file(FENFLURAMINE.format("none")))

    line = "SCHEDULE CHANGED: Fenfluramine 2.2 mg/mL oral solution: C-IV -> Not controlled"
    assert line in told
    assert not selectors.controlled_drugs().exists()
    assert Prescription.objects.get(pk=rx.pk).schedule == "IV"


def test_what_is_not_in_the_file_stays_and_is_told(db, file):
    load(file(TRAMADOL, FENFLURAMINE.format("none")), "--date=2026-10-01")

    told = load(file(TRAMADOL), "--date=2026-11-01")

    assert "not in this file, kept: Fenfluramine" in told
    assert Drug.objects.get(name="Fenfluramine").catalogue_date == date(2026, 10, 1)


def test_a_file_with_one_wrong_row_changes_nothing(db, file):
    with pytest.raises(CommandError, match=r"Nothing was loaded\. line 3: 'VI' is no"):
        load(file(TRAMADOL, FENFLURAMINE.format("VI")))

    assert not Drug.objects.exists()
    assert not AuditEvent.objects.exists()


def test_a_file_that_is_not_there_is_named(db, tmp_path):
    with pytest.raises(CommandError, match=r"Cannot read .*nowhere\.csv: No such file"):
        load(tmp_path / "nowhere.csv")


def test_each_load_is_on_the_trail(db, file):
    load(file(TRAMADOL), "--date=2026-11-01")

    event = AuditEvent.objects.get(event="catalogue.loaded")
    assert event.subject == "drug catalogue of 2026-11-01"
    assert '"added":1' in event.text.replace(": ", ":")
