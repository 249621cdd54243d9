"""One designated individual enters a change of access: 21 CFR 1311.125(a), (b), (c)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from accounts.access_text import digest_of
from accounts.models import (
    AccessChange,
    Attestation,
    DeaRegistration,
    DesignatedIndividual,
    IdentityProofing,
    KnowledgeFactor,
    SigningState,
)
from accounts.signing_access import Access, access_of
from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.accounts.access.practice import (
    ENTERED,
    REVOKED,
    YESTERDAY,
    a_practice_at_work,
    client_of,
    enter_grant,
    page_of,
)
from tests.pages import submit
from tests.tokens.reading import events_of, read
from tokens.models import HardToken, SecurityNotice

GRANT = ENTERED | {"checked_on": YESTERDAY}
STOP = REVOKED | {"discovered_on": YESTERDAY}


def test_a_grant_that_was_entered_gives_nothing_yet(at_work):
    change = enter_grant(at_work)

    assert access_of(at_work.sam.prescriber) is Access.NOT_GIVEN
    assert change.expires_at - change.entered_at == timedelta(days=7)
    assert digest_of(change.text) == change.digest
    assert all(words in change.text for words in GRANT.values())
    event = AuditEvent.objects.get(event="access_change.entered")
    assert (event.person, event.actor, event.event_class) == (at_work.sam, at_work.dana, 4)
    told = SecurityNotice.objects.filter(change="access-change-waits")
    assert [notice.user for notice in told] == [at_work.alan]


def test_the_page_shows_the_change_to_who_entered_it_and_no_panel(at_work):
    change = enter_grant(at_work)

    page = read(client_of(at_work.dana).get(page_of(change)))

    assert "Waiting for another person to approve" in page
    assert "You entered this change" in page
    assert 'name="otp"' not in page


def test_a_revocation_stops_signing_at_once_and_voids_open_pages(at_work):
    factories.access_to_sign(at_work.sam, entered_by=at_work.dana, executed_by=at_work.alan)
    generation = SigningState.objects.create(user=at_work.sam).generation

    answer = submit(client_of(at_work.dana), at_work.revoke_page(), **STOP)

    assert answer.status_code == 302, answer.text
    assert access_of(at_work.sam.prescriber) is Access.STOPPED
    assert SigningState.objects.get(user=at_work.sam).generation == generation + 1
    assert SecurityNotice.objects.filter(user=at_work.sam, change="access-stopped").exists()


@pytest.mark.parametrize(
    ("page", "fields", "sentence"),
    [
        ("grant", GRANT | {"dea_source": ""}, "Say how you checked the DEA registration."),
        ("grant", GRANT | {"state_source": " "}, "Say how you checked the State license."),
        ("grant", GRANT | {"checked_on": ""}, "Enter the day on which you checked it."),
        ("grant", GRANT | {"checked_on": "1900-01-01"}, "more than 30 days ago"),
        ("grant", GRANT | {"checked_on": "2999-01-01"}, "This day has not come yet."),
        ("revoke", STOP | {"reason": ""}, "Select the reason."),
        ("revoke", STOP | {"reason": "a whim"}, "Select the reason."),
        ("revoke", STOP | {"discovered_on": "tomorrow"}, "Enter a day"),
    ],
)
def test_what_the_rule_asks_for_has_to_be_said(at_work, page, fields, sentence):
    address = at_work.grant_page() if page == "grant" else at_work.revoke_page()

    answer = submit(client_of(at_work.dana), address, **fields)

    assert sentence in read(answer)
    assert not AccessChange.objects.exists()


MISSING = {
    "identity proofing and activation": lambda: IdentityProofing.objects.update(activated_at=None),
    "a DEA registration in force": lambda: DeaRegistration.objects.filter(
        prescriber__user__username="sam"
    ).update(expires_on=timezone.localdate() - timedelta(days=2)),
    "an active token": lambda: HardToken.objects.filter(user__username="sam").update(
        status="reported", reported_at=timezone.now()
    ),
    "an EPCS PIN or EPCS password": lambda: KnowledgeFactor.objects.filter(
        user__username="sam"
    ).delete(),
    "the attestation of sole possession": lambda: Attestation.objects.filter(
        prescriber__user__username="sam"
    ).delete(),
}


@pytest.mark.parametrize("what", MISSING)
def test_who_is_not_registered_whole_is_given_nothing_and_the_page_says_what_is_missing(
    at_work, what
):
    MISSING[what]()

    answer = submit(client_of(at_work.dana), at_work.grant_page(), **GRANT)

    assert f"Still missing: {what}" in read(answer)
    assert events_of(at_work.sam)[-1] == "access_change.not_entered"
    assert not AccessChange.objects.exists()


NOT_ENOUGH = {
    "one designated individual": lambda: DesignatedIndividual.objects.filter(
        user__username="alan"
    ).update(ended_at=timezone.now(), ended_by=F("user")),
    "none of them a registrant": lambda: DeaRegistration.objects.filter(
        prescriber__user__username="alan"
    ).update(status="ended"),
    "none of them with a token": lambda: HardToken.objects.filter(user__username="alan").update(
        status="removed", removed_at=timezone.now()
    ),
}


@pytest.mark.parametrize("what", NOT_ENOUGH)
def test_a_practice_without_the_people_the_rule_asks_for_does_not_go_live(at_work, what):
    NOT_ENOUGH[what]()

    answer = submit(client_of(at_work.dana), at_work.grant_page(), **GRANT)

    assert "at least 2 designated individuals, one of them a prescriber" in read(answer)
    assert not AccessChange.objects.exists()


def test_nobody_enters_a_second_grant_while_one_waits_nor_for_who_has_access(at_work):
    enter_grant(at_work)
    client = client_of(at_work.dana)
    waits = read(submit(client, at_work.grant_page(), **GRANT))
    factories.access_to_sign(at_work.sam, entered_by=at_work.dana, executed_by=at_work.alan)
    has = read(submit(client, at_work.grant_page(), **GRANT))

    assert "waits for a second person already" in waits
    assert "has access to sign already" in has
    assert AccessChange.objects.count() == 2


def test_a_revocation_is_entered_once_and_not_for_who_has_no_access(at_work):
    client = client_of(at_work.dana)
    none = read(submit(client, at_work.revoke_page(), **STOP))
    factories.access_to_sign(at_work.sam, entered_by=at_work.dana, executed_by=at_work.alan)
    submit(client, at_work.revoke_page(), **STOP)
    twice = read(submit(client, at_work.revoke_page(), **STOP))

    assert "has no access to sign that could be ended" in none
    assert "has no access to sign that could be ended" in twice
    assert AccessChange.objects.filter(kind="revoke").count() == 1


def test_a_designated_prescriber_enters_nothing_for_themselves(at_work):
    page = f"/administration/epcs-setup/{at_work.alan.pk}/grant/"

    answer = submit(client_of(at_work.alan), page, **GRANT)

    assert "This is your own access to sign" in read(answer)
    assert not AccessChange.objects.exists()


def test_a_hold_is_lifted_not_granted_away(at_work):
    factories.access_to_sign(at_work.sam, entered_by=at_work.dana, executed_by=at_work.alan)
    factories.a_hold(at_work.sam)

    answer = submit(client_of(at_work.dana), at_work.grant_page(), **GRANT)

    assert "Lift the hold instead." in read(answer)


def test_who_was_designated_when_the_page_opened_and_is_no_longer_enters_nothing(at_work):
    at_work.dana.loaded_designation = True
    client, page = client_of(at_work.dana), at_work.grant_page()
    form = read(client.get(page))
    DesignatedIndividual.objects.filter(user=at_work.dana).update(
        ended_at=timezone.now(), ended_by=at_work.alan
    )

    answer = client.post(page, {"form_key": "x", **GRANT})

    assert "Grant access to sign" in form
    assert answer.status_code == 403
    assert not AccessChange.objects.exists()


@pytest.mark.parametrize("page", ["grant", "revoke"])
def test_another_practice_is_not_there(at_work, page):
    dana_elsewhere = a_practice_at_work("elsewhere").dana
    address = at_work.grant_page() if page == "grant" else at_work.revoke_page()
    client = client_of(dana_elsewhere)

    answers = [client.get(address), client.post(address, {"form_key": "x", **GRANT, **STOP})]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert not AccessChange.objects.exists()
