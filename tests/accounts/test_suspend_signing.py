"""Support stops somebody's signing on the telephone, and never gives it back."""

from __future__ import annotations

from django.utils import timezone

from accounts.flows.suspend_signing import suspend_signing
from accounts.signing_access import Access, access_of
from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.tokens.reading import read
from tokens.models import CompromiseReport, HardToken, SecurityNotice

REASON = "Says that somebody signs in her name."


def suspend(user, agent) -> CompromiseReport:
    return suspend_signing(user=user, agent=agent, reason=REASON, at=timezone.now())


def test_signing_stops_and_the_trail_of_the_practice_says_who_did_it(db):
    signer, agent = factories.a_signer(), factories.a_person("rhale", is_staff=True)
    factories.a_hard_token(signer)

    kept = suspend(signer, agent)

    assert access_of(signer.prescriber) is Access.SUSPENDED
    assert (kept.what, kept.details, kept.reported_by) == ("not-said", REASON, agent)
    event = AuditEvent.objects.get()
    assert (event.event, event.person, event.actor) == (
        "compromise.signing_suspended",
        signer,
        agent,
    )
    assert event.chain == signer.audit_chain
    assert REASON not in event.text
    assert HardToken.objects.get().status == "active"


def test_the_person_and_those_who_manage_access_are_told(db):
    signer, agent = factories.a_signer(), factories.a_person(is_staff=True)
    helper = factories.designated(factories.a_person(practice=signer.practice))

    suspend(signer, agent)

    told = {(notice.user, notice.change) for notice in SecurityNotice.objects.all()}
    assert told == {(signer, "signing-suspended"), (helper, "loss-at-practice")}


def test_the_person_can_read_what_was_recorded_and_is_led_back(client, db):
    signer, agent = factories.a_signer(), factories.a_person(is_staff=True)
    factories.a_hard_token(signer)
    kept = suspend(signer, agent)
    client.force_login(signer)

    page = read(client.get(f"/epcs/report-lost/{kept.pk}/"))
    panel = client.get("/settings/epcs/").context["readiness"]

    assert "Not said" in page
    assert panel["title"] == "You can't sign now"
    assert panel["action"]["label"] == "Who can help"
