"""An operator opens a practice from a file, and later adds people to it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import DeaRegistration, DesignatedIndividual, Practice, User
from accounts.signing_access import Access, access_of
from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.parts import ROOT
from tokens.models import SecurityNotice

pytestmark = pytest.mark.django_db
EXAMPLE = (ROOT / "docs" / "practice.example.toml").read_text()


@pytest.fixture
def opened(tmp_path, capsys):
    def opens(text: str) -> str:
        file = Path(tmp_path / "practice.toml")
        file.write_text(text)
        call_command("open_practice", str(file))
        return capsys.readouterr().out

    return opens


def test_the_example_opens_a_practice_whose_people_can_do_nothing_yet(opened):
    told = opened(EXAMPLE)

    practice = Practice.objects.get()
    jo = User.objects.get(username="jdoe")
    assert "Harbor Family Medicine: 2 added, 2 in the file." in told
    assert {each.user.username for each in DesignatedIndividual.objects.all()} == {"jdoe", "pgray"}
    assert User.objects.get(username="pgray").is_erx_administrator
    assert not jo.has_usable_password()
    assert not jo.prescriber.is_registered
    assert access_of(jo.prescriber) is Access.NOT_GIVEN
    assert jo.prescriber.dea_registrations.get().schedules == "2,2N,3,3N,4,5"
    events = AuditEvent.objects.filter(chain=f"practice:{practice.pk}").order_by("sequence")
    assert [event.event for event in events] == ["person.added", "designation.made"] * 2


def test_the_same_file_with_one_more_person_adds_that_person_alone(opened):
    opened(EXAMPLE)
    more = '[[people]]\nusername = "nlee"\nlast_name = "Lee"\ndesignated = true\n'

    told = opened(EXAMPLE + more)

    assert "1 added, 3 in the file" in told
    assert Practice.objects.count() == 1
    nu = User.objects.get(username="nlee")
    assert nu.practice is not None
    assert not nu.is_designated  # its registrants name who manages access


SECOND = """
[[people.dea_registrations]]
number = "FD0000024"
state = "NH"
schedules = ["4"]
address = "1 Main Street, Hanover, NH 03755"
expires_on = 2028-08-31
"""


WITH_A_SECOND = EXAMPLE.replace("2028-08-31\n", "2028-08-31\n" + SECOND)


def test_a_registration_that_is_not_there_is_added_and_two_give_access_anew(opened):
    opened(EXAMPLE)
    jo = User.objects.get(username="jdoe")
    DeaRegistration.objects.update(expires_on=date(2030, 1, 31))
    factories.an_identity_proofing(jo)
    factories.access_to_sign(
        jo, entered_by=factories.a_person(), executed_by=User.objects.get(username="pgray")
    )
    assert access_of(jo.prescriber) is Access.GRANTED

    told = opened(WITH_A_SECOND)

    assert "Added DEA registration FD0000024 of jdoe: two give access anew." in told
    assert "0 added, 2 in the file" in told
    assert access_of(jo.prescriber) is Access.LAPSED
    rows = dict(DeaRegistration.objects.values_list("number", "expires_on"))
    assert rows == {"FD0000012": date(2030, 1, 31), "FD0000024": date(2028, 8, 31)}
    event = AuditEvent.objects.get(event="registration.added")
    assert event.person_id == jo.pk
    assert SecurityNotice.objects.get(user=jo).change == "registration-changed"
    assert "DEA registration" not in opened(WITH_A_SECOND)


@pytest.mark.parametrize(
    ("old", "new"), [("Harbor Family Medicine", "Other"), ("1234567893", "1245319599")]
)
def test_a_registration_for_who_is_no_prescriber_of_the_practice_is_refused(opened, old, new):
    opened(EXAMPLE)
    Practice.objects.create(name="Other", time_zone="America/New_York")

    with pytest.raises(CommandError, match="jdoe: no prescriber of this practice with this NPI"):
        opened(WITH_A_SECOND.replace(old, new))

    assert DeaRegistration.objects.count() == 1


def test_people_of_another_practice_open_none(opened):
    opened(EXAMPLE)

    with pytest.raises(CommandError, match="at least 2 designated"):
        opened(EXAMPLE.replace("Harbor Family Medicine", "Other"))

    assert Practice.objects.count() == 1


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("designated = true               # manages", "# manages", "at least 2 designated"),
        ('npi = "1234567893"', "", "at least 2 designated individuals"),
        ('npi = "1234567893"', 'npi = "1234567890"', "jdoe: npi: An NPI has 10 digits"),
        ('"FD0000012"', '"FD0000013"', "jdoe, DEA FD0000013: number: A DEA number has 2 letters"),
        (
            '"America/New_York"',
            '"Vermont"',
            "Practice: time_zone: Vermont is not an IANA time zone.",
        ),
        ("2028-08-31", '"soon"', "jdoe, DEA FD0000012"),
        ('"2", "2N"', '"1"', "schedules is a list of"),
        ('schedules = ["2"', 'schedules = []\nother = ["2"', "'other' is not one of"),
        ('suite = ""', 'floor = ""', "practice: 'floor' is not one of"),
        ('username = "jdoe"', "", "Each of [[people]] has a username."),
        ("[practice]", "[practise]", "A [practice] and [[people]] are expected."),
        ("[[people.dea_registrations]]", "[people.dea_registrations]", "is a list of tables"),
        ("[practice]", "practice", "This is no TOML"),
    ],
)
def test_what_cannot_be_right_opens_nothing_and_is_named(opened, old, new, sentence):
    assert old in EXAMPLE

    with pytest.raises(CommandError) as told:
        opened(EXAMPLE.replace(old, new))

    assert sentence in str(told.value)
    assert not Practice.objects.exists()
    assert not User.objects.exists()


def test_registrations_that_are_no_tables_are_named(opened):
    people = '[[people]]\nusername = "a"\ndea_registrations = ["FD0000012"]\n'

    with pytest.raises(CommandError, match="each of dea_registrations is a table"):
        opened("[practice]\n" + people)


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(CommandError, match=r"Cannot read nowhere\.toml"):
        call_command("open_practice", "nowhere.toml")
