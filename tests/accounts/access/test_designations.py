"""The registrants of a practice name who manages access there: 21 CFR 1311.125(a)."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.models import DeaRegistration, DesignatedIndividual, Membership, SigningState
from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.accounts.access.practice import PIN, a_practice_at_work, a_registrant, client_of
from tests.pages import form_key_on, submit
from tests.tokens.reading import read
from tokens.models import HardToken, SecurityNotice

PAGE = "/administration/designated/"


def change(client, person, fob, *, pin: str = PIN, **fields: str):
    typed = {"person": str(person.pk), "pin": pin, "otp": fob.press(), "source": "token"}
    return submit(client, PAGE, **(typed | fields))


def is_designated(person) -> bool:
    return DesignatedIndividual.objects.filter(user=person, ended_at=None).exists()


def codes() -> list[str]:
    events = AuditEvent.objects.filter(event="designation.refused").order_by("sequence")
    return [event.facts["outcome"] for event in events]


@pytest.fixture
def alan(at_work):
    return client_of(at_work.alan)


def test_a_registrant_names_somebody_with_both_factors(at_work, alan):
    answer = change(alan, at_work.sam, at_work.fob)

    assert answer.status_code == 302, read(answer)
    assert "Sam Nguyen, NP manages access now" in read(alan.get(answer.url))
    named = DesignatedIndividual.objects.get(user=at_work.sam)
    assert named.appointed_by == at_work.alan
    event = AuditEvent.objects.get(event="designation.made")
    assert (event.person, event.actor, event.event_class) == (at_work.sam, at_work.alan, 4)
    assert SecurityNotice.objects.filter(user=at_work.sam, change="designation-made").exists()
    assert "named by Sam Nguyen, NP" in read(alan.get(PAGE))


def test_who_was_named_may_be_taken_from_it_and_the_row_stays(at_work, alan):
    change(alan, at_work.sam, at_work.fob)

    answer = change(alan, at_work.sam, at_work.fob, end="1")

    assert "no longer manages access" in read(alan.get(answer.url))
    ended = DesignatedIndividual.objects.get(user=at_work.sam)
    assert ended.ended_by == at_work.alan
    change(alan, at_work.sam, at_work.fob)
    assert DesignatedIndividual.objects.filter(user=at_work.sam).count() == 2


def test_two_stay_one_of_them_a_registrant_with_a_token(at_work, alan):
    answers = [
        read(change(alan, person, at_work.fob, end="1")) for person in (at_work.dana, at_work.alan)
    ]

    assert all("Name another person first." in answer for answer in answers)
    assert is_designated(at_work.dana)
    assert is_designated(at_work.alan)
    assert codes() == ["designation-needed"] * 2


def test_who_cannot_approve_is_not_counted_among_those_who_stay(at_work, alan):
    maria = factories.designated(a_registrant("maria", at_work.alan.practice))
    factories.a_hard_token(maria)
    factories.a_report(maria, what="backup-phone")

    answer = read(change(alan, at_work.alan, at_work.fob, end="1"))

    assert "whose own signing is not stopped. Name another person first." in answer
    assert is_designated(at_work.alan)


def test_all_who_manage_access_are_told_of_a_change(at_work, alan):
    change(alan, at_work.sam, at_work.fob)

    told = SecurityNotice.objects.filter(change="designation-changed")
    assert {notice.user for notice in told} == {at_work.dana, at_work.alan}


def test_who_has_left_can_still_be_ended(at_work, alan):
    change(alan, at_work.sam, at_work.fob)
    elsewhere = factories.a_practice()
    Membership.objects.filter(user=at_work.sam).update(practice=elsewhere)

    answer = change(alan, at_work.sam, at_work.fob, end="1")

    assert answer.status_code == 302
    assert not is_designated(at_work.sam)


def test_wrong_factors_name_nobody_and_count_among_those_of_signing(at_work, alan):
    answer = change(alan, at_work.sam, at_work.fob, pin="5938")

    assert "The EPCS PIN or one-time password is not right." in read(answer)
    assert not is_designated(at_work.sam)
    assert SigningState.objects.get(user=at_work.alan).failures == 1


def test_somebody_named_already_or_not_named_at_all(at_work, alan):
    twice = change(alan, at_work.dana, at_work.fob)
    never = change(alan, at_work.sam, at_work.fob, end="1")

    assert "manages access here already" in read(twice)
    assert "is not designated" in read(never)


def test_the_list_of_people_is_of_this_practice_alone(at_work, alan):
    elsewhere = a_practice_at_work("elsewhere")

    answer = change(alan, elsewhere.sam, at_work.fob)

    assert "Select a person." in read(answer)
    assert not is_designated(elsewhere.sam)


def test_somebody_who_left_while_the_page_was_open_is_not_named(at_work, alan):
    from accounts.designation_rules import NotAtThePractice
    from accounts.flows.name_designee import name_designee
    from accounts.models import KnowledgeFactor
    from tokens.possession import ByPassword

    elsewhere = factories.a_person(practice=factories.a_practice())
    by = ByPassword(token=HardToken.objects.get(user=at_work.alan), otp=at_work.fob.press())

    with pytest.raises(NotAtThePractice):
        name_designee(
            person=elsewhere,
            registrant=at_work.alan,
            by=by,
            knows=KnowledgeFactor.Kind.PIN,
            secret=PIN,
            at=timezone.now(),
        )


@pytest.mark.parametrize("why", ["no DEA registration", "stopped", "administrator", "phone-bound"])
def test_nobody_else_changes_it(at_work, alan, why):
    key, client = form_key_on(alan, PAGE), alan
    if why == "no DEA registration":
        DeaRegistration.objects.filter(prescriber__user=at_work.alan).update(status="ended")
    elif why == "stopped":
        factories.access_to_sign(at_work.alan, entered_by=at_work.dana, executed_by=at_work.sam)
        factories.a_report(at_work.alan, what="backup-phone")
    elif why == "administrator":
        client = client_of(at_work.dana)
    else:
        HardToken.objects.filter(user=at_work.alan).update(is_phone_bound=True)

    answer = client.post(
        PAGE,
        {
            "form_key": key,
            "person": str(at_work.sam.pk),
            "pin": PIN,
            "otp": at_work.fob.press(),
            "source": "token",
        },
    )

    assert answer.status_code == 200
    assert not is_designated(at_work.sam)
    if why == "administrator":
        assert "can change this, with two factors" in read(client.get(PAGE))


def test_a_registrant_without_token_is_told_what_is_missing(at_work):
    maria = a_registrant("maria", at_work.alan.practice)

    page = read(client_of(maria).get(PAGE))

    assert "To change this you need a token." in page


def test_who_works_at_no_practice_has_no_such_page(db):
    assert client_of(factories.a_person()).get(PAGE).status_code == 403
