"""EPCS Setup: finding a prescriber of one's own practice, by the beginning of a name."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Practice, Prescriber, User
from accounts.people_search import prescribers_named
from accounts.plain_names import plain_name
from accounts.practice_standings import prescribers_of
from tests import factories
from tests.accounts.administration.reading import page_of, text_of

SETUP = "/administration/epcs-setup/"


def a_prescriber(practice, first_name, last_name, **columns):
    user = factories.a_prescriber(practice=practice, **columns)
    user.first_name, user.last_name = first_name, last_name
    user.save()
    return user


@pytest.fixture
def maria(practice):
    person = a_prescriber(practice, "María José", "Núñez de Reyes", registered=False)
    factories.a_dea_registration(person, number="FR0000012")
    factories.a_dea_registration(person, number="FR0000060", state="NY")
    return person


def found_by(browser, typed):
    page = browser.get(f"{SETUP}?{urlencode({'q': typed})}")
    assert page.status_code == 200
    return set(re.findall(r"/administration/epcs-setup/([0-9]+)/", page.text))


@pytest.mark.parametrize(
    "typed",
    [
        *("Núñez", "nunez", "NUN", "n", "Nunez de R", "núñez de reyes", "maria nún"),
        *("Nunez, Maria", "  nunez  ", "mari"),
    ],
)
def test_she_is_found_with_and_without_accents_by_any_beginning(at_danas, maria, typed):
    a_prescriber(maria.practice, "Paul", "Reinhart")

    assert found_by(at_danas, typed) == {str(maria.pk)}


@pytest.mark.parametrize(
    "typed", ["unez", "Nunez Paul", "%", "_", "re", "\u0301", ",", "Núñez x", "a" * 101, "n\0"]
)
def test_what_begins_no_name_finds_nobody(at_danas, maria, typed):
    assert found_by(at_danas, typed) == set()


def test_one_row_says_all_and_how_many_match_is_told(at_danas, maria, sam):
    page = at_danas.get(f"{SETUP}?q=n")
    told = text_of(page)

    assert "2 prescribers match “n”." in told
    assert 'role="status"' in page.text
    assert "Núñez de Reyes, María José, NP FR0000012 FR0000060 Registration in progress" in told
    assert "Edit María José Núñez de Reyes, NP" in told
    assert re.search(r"Nguyen, Sam, NP BN\d+ Enabled Not set 1 Edit", told)
    assert "1 prescriber matches “nu”." in text_of(at_danas.get(f"{SETUP}?q=nu"))


def test_a_name_that_fits_nobody_gets_a_sentence(at_danas, maria):
    told = text_of(at_danas.get(f"{SETUP}?q=Zz%3Cb%3E"))

    assert "No prescriber has a last name like “Zz<b>”" in told


def test_nobody_of_another_practice_is_listed(at_danas, maria):
    a_prescriber(factories.a_practice(), "Maria", "Núñez")

    assert found_by(at_danas, "nunez") == {str(maria.pk)}
    assert found_by(at_danas, "") == {str(maria.pk)}


def test_all_are_listed_by_name_in_pages_of_25(at_danas, practice):
    for number in range(27):
        a_prescriber(practice, "Pat", f"Name{number:02}")

    first, second = (text_of(at_danas.get(f"{SETUP}?page={page}")) for page in (1, 2))

    assert "27 prescribers at Lakeside Pediatrics." in first
    assert "Page 1 of 2" in first
    assert ("Name24, Pat" in first, "Name25, Pat" in first) == (True, False)
    assert "Name26, Pat" in second
    assert "Page 2 of 2" in text_of(at_danas.get(f"{SETUP}?q=name&page=9"))


def test_a_practice_without_prescribers_says_so(at_danas):
    assert "Your practice has no prescribers yet." in text_of(at_danas.get(SETUP))


def test_the_number_of_queries_is_the_same_for_one_and_for_25(at_danas, practice):
    a_prescriber(practice, "Pat", "Name")
    with CaptureQueriesContext(connection) as one:
        at_danas.get(f"{SETUP}?q=name")
    for number in range(24):
        person = a_prescriber(practice, "Pat", f"Name{number}")
        factories.a_dea_registration(person)
        factories.a_hard_token(person)

    with CaptureQueriesContext(connection) as many:
        at_danas.get(f"{SETUP}?q=name")

    assert len(many) == len(one)


def test_who_does_not_administer_the_practice_is_refused(browser_of, sam, client):
    assert browser_of(sam).get(SETUP).status_code == 403
    assert client.get(SETUP).url.startswith("/sign-in/")


def test_the_item_is_in_the_navigation_of_those_who_administer_alone(at_danas, browser_of, sam):
    item = '<a href="/administration/" aria-current="page">Administration</a>'

    assert item in at_danas.get(SETUP).text
    assert item in at_danas.get("/administration/").text
    assert ">Administration<" not in browser_of(sam).get("/settings/epcs/").text


@pytest.mark.postgresql
def test_among_10000_prescribers_in_200_practices_an_index_finds_them(db):
    practices = Practice.objects.bulk_create(
        [Practice(name=f"Practice {n}", time_zone="America/New_York") for n in range(200)]
    )
    names = ["Reyes", "Nguyen", "Okafor", "Vance", "Núñez", "Reinhart", "Smith", "Jones"]
    people = User.objects.bulk_create(
        [
            User(
                username=f"person{n}",
                first_name="Pat",
                last_name=names[n // 200 % 8],
                plain_first_name="pat",
                plain_last_name=plain_name(names[n // 200 % 8]),
            )
            for n in range(10_000)
        ]
    )
    Membership.objects.bulk_create(
        [Membership(user=user, practice=practices[n % 200]) for n, user in enumerate(people)]
    )
    Prescriber.objects.bulk_create(
        [Prescriber(user=user, npi=f"{n:010}") for n, user in enumerate(people)]
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_user, accounts_membership, accounts_prescriber")
    found = prescribers_named(prescribers_of(practices[7]), "re")
    as_it_comes = found[:25].explain()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL random_page_cost = 1.1")  # as for any disk that does not turn
    plans = [found[:25].explain(), found.order_by().values("pk").explain()]

    # Without that setting PostgreSQL reads the 75 pages of prescribers whole, and nothing else.
    assert "Index Scan using accounts_user" in as_it_comes, as_it_comes
    for table in ("accounts_user", "accounts_membership"):
        assert f"Seq Scan on {table}" not in as_it_comes, as_it_comes
    for plan in plans:
        for table in ("accounts_user", "accounts_membership", "accounts_prescriber"):
            assert f"Seq Scan on {table}" not in plan, plan
    assert len(found) == 13


def test_who_is_found_opens(at_danas, maria):
    [found] = found_by(at_danas, "nun")

    assert at_danas.get(page_of(maria)).status_code == 200
    assert found == str(maria.pk)
