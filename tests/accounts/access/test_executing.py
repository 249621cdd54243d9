"""A second designated individual, a registrant, executes the change with both factors."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from accounts.access_changes import GrantEntry
from accounts.access_refusals import (
    ChangeDecided,
    ChangeExpired,
    ChangeOutdated,
    ExecutorPhoneBound,
    NotDesignated,
)
from accounts.factor_refusals import KnowledgeChanged
from accounts.flows.enter_access_change import enter_access_change
from accounts.flows.execute_access_change import execute_access_change
from accounts.flows.reject_access_change import reject_access_change
from accounts.models import (
    AccessChange,
    DeaRegistration,
    DesignatedIndividual,
    KnowledgeFactor,
    SigningState,
)
from accounts.signing_access import Access, access_of
from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.accounts.access.practice import (
    LIST,
    PIN,
    a_practice_at_work,
    a_registrant,
    approve,
    client_of,
    enter_grant,
    page_of,
)
from tests.pages import form_key_on, submit
from tests.tokens.reading import read
from tokens.models import HardToken, SecurityNotice
from tokens.possession import ByPassword

Kind = KnowledgeFactor.Kind


@pytest.fixture
def change(at_work):
    return enter_grant(at_work)


@pytest.fixture
def alan(at_work):
    return client_of(at_work.alan)


def execute(change, executor, fob, *, digest: str = "", secret: str = PIN, at=None):
    """As the page does, at a time of one's choice."""
    execute_access_change(
        change=change,
        executor=executor,
        digest=digest or change.digest,
        by=ByPassword(token=HardToken.objects.get(user=executor), otp=fob.press()),
        knows=Kind.PIN,
        secret=secret,
        at=at or timezone.now(),
    )


def pin_changes_once_it_was_read(run, sql, *arguments):
    answer = run(sql, *arguments)
    if sql.startswith("SELECT") and 'FROM "accounts_knowledgefactor"' in sql:
        SigningState.objects.update(generation=F("generation") + 1)
    return answer


def refused(at_work) -> list[str | None]:
    """What the trail says of refusals to execute, by their codes."""
    events = AuditEvent.objects.filter(event="access_change.not_executed", person=at_work.sam)
    return [event.facts["outcome"] for event in events.order_by("sequence")]


def test_the_second_persons_factors_give_access_from_that_moment(at_work, change, alan):
    answer = approve(alan, change, at_work.fob)

    assert answer.url.startswith(LIST), read(answer)
    assert "Sam Nguyen, NP has access to sign now" in read(alan.get(answer.url))
    assert access_of(at_work.sam.prescriber) is Access.GRANTED
    event = AuditEvent.objects.get(event="access_change.executed")
    assert (event.person, event.actor, event.event_class) == (at_work.sam, at_work.alan, 4)
    assert event.facts["digest"] == change.digest
    row = AccessChange.objects.get()
    assert row.executed_with == f"EPCS PIN, hard token {at_work.fob.serial}"
    assert not row.is_own
    assert SecurityNotice.objects.filter(user=at_work.sam, change="access-granted").count() == 1


def test_the_page_shows_the_change_its_digest_and_what_the_factors_are_given_for(change, alan):
    page = read(alan.get(page_of(change)))

    for words in (
        "Grant access to sign controlled substances",
        "Sam Nguyen, NP",
        change.digest,
        "Vermont board, 042.0012345",
        "Dana Whitfield",
        "By completing two-factor authentication now, you allow the prescriber named",
    ):
        assert words in page


def test_who_entered_it_never_executes_it_also_by_a_forged_form(at_work):
    """Alan enters it; he has all that executing takes, and still is the same person."""
    change = factories.an_access_change(at_work.sam, entered_by=at_work.alan, at=timezone.now())
    alan = client_of(at_work.alan)
    page = alan.get(page_of(change))
    another = factories.an_access_change(
        a_registrant("pat", at_work.alan.practice), entered_by=at_work.dana, at=timezone.now()
    )
    key, factors = form_key_on(alan, page_of(another)), {"pin": PIN, "source": "token"}

    fields = {"digest": change.digest, "otp": at_work.fob.press(), **factors}
    forged = alan.post(page_of(change), {"form_key": key} | fields)
    without_key = alan.post(page_of(change), fields)

    assert 'name="otp"' not in page.text
    assert "You entered this change" in read(forged)
    assert "You entered this change" in read(without_key)
    assert access_of(at_work.sam.prescriber) is Access.NOT_GIVEN
    assert refused(at_work) == ["same-person"] * 2
    assert HardToken.objects.get(user=at_work.alan).last_used_at is None


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("administrator without DEA", "not-registrant"),
        ("registrant who is not designated", "not-designated"),
        ("of another practice", "not-designated"),
        ("whose registration ended", "not-registrant"),
        ("whose own signing is stopped", "executor-stopped"),
        ("on hold", "executor-stopped"),
        ("the prescriber", "own-access"),
    ],
)
def test_only_a_designated_registrant_of_the_practice_executes(at_work, change, who, code):
    executor, fob = at_work.alan, at_work.fob
    if who == "administrator without DEA":
        executor = factories.designated(factories.a_person(practice=at_work.alan.practice))
        _token, fob = factories.a_hard_token(executor)
    elif who == "registrant who is not designated":
        DesignatedIndividual.objects.filter(user=executor).update(
            ended_at=timezone.now(), ended_by=at_work.dana
        )
    elif who == "of another practice":
        elsewhere = a_practice_at_work("elsewhere")
        executor, fob = elsewhere.alan, elsewhere.fob
    elif who == "whose registration ended":
        DeaRegistration.objects.filter(prescriber__user=executor).update(status="ended")
    elif who == "whose own signing is stopped":
        factories.access_to_sign(executor, entered_by=at_work.dana, executed_by=at_work.sam)
        factories.a_report(executor, what="backup-phone")
    elif who == "on hold":
        factories.access_to_sign(executor, entered_by=at_work.dana, executed_by=at_work.sam)
        factories.a_hold(executor)
    else:
        executor = factories.designated(at_work.sam)
        HardToken.objects.filter(user=executor).delete()
        _token, fob = factories.a_hard_token(executor)

    with pytest.raises(Exception) as told:
        execute(change, executor, fob)

    assert told.value.code == code
    assert refused(at_work) == [code]
    assert access_of(at_work.sam.prescriber) is Access.NOT_GIVEN


def test_another_digest_than_the_one_shown_is_refused_and_costs_no_password(at_work, change, alan):
    otp = at_work.fob.press()
    fields = {"pin": PIN, "otp": otp, "source": "token"}

    answers = [
        read(submit(alan, page_of(change), digest=digest, **fields))
        for digest in ("0" * 64, "", "not a digest")
    ]

    assert all("What you were shown is not what was entered" in answer for answer in answers)
    assert refused(at_work) == ["change-altered"] * 3
    assert submit(alan, page_of(change), digest=change.digest, **fields).status_code == 302


def test_a_row_altered_behind_the_guard_is_refused(at_work, change):
    altered = AccessChange.objects.get()
    altered.text = altered.text.replace("Sam Nguyen", "Pam Nguyen")

    with pytest.raises(Exception, match="is not what was entered"):
        execute(altered, at_work.alan, at_work.fob)


def test_a_week_later_it_has_expired(at_work, change):
    with pytest.raises(ChangeExpired):
        execute(change, at_work.alan, at_work.fob, at=change.expires_at)
    assert refused(at_work) == ["change-expired"]

    execute(change, at_work.alan, at_work.fob, at=change.expires_at - timedelta(seconds=1))
    assert access_of(at_work.sam.prescriber) is Access.GRANTED


def test_what_it_rests_on_has_to_be_as_it_was_when_it_was_entered(at_work, change):
    registration = DeaRegistration.objects.filter(prescriber=at_work.sam.prescriber)
    registration.update(schedules="3,4,5")

    with pytest.raises(ChangeOutdated):
        execute(change, at_work.alan, at_work.fob)


def test_a_loss_reported_after_it_was_entered_stands_against_it(at_work, change):
    factories.a_report(at_work.sam, what="knowledge")
    factories.an_epcs_pin(at_work.sam)

    with pytest.raises(ChangeOutdated):
        execute(change, at_work.alan, at_work.fob)
    assert access_of(at_work.sam.prescriber) is Access.NOT_GIVEN


def test_a_report_asked_for_before_the_execution_and_kept_after_it_still_stops_signing(
    at_work, change
):
    """Its page was open while the change was executed: it waited for the signing state."""
    earlier = timezone.now()
    execute(change, at_work.alan, at_work.fob)

    factories.a_report(at_work.sam, what="knowledge", at=earlier)

    assert access_of(at_work.sam.prescriber) is Access.SUSPENDED


def test_a_revocation_entered_meanwhile_stands_against_a_grant(at_work, change):
    factories.an_access_change(at_work.sam, "revoke", entered_by=at_work.dana, at=timezone.now())

    with pytest.raises(ChangeOutdated):
        execute(change, at_work.alan, at_work.fob)


def test_a_newer_grant_that_was_executed_stands_against_an_old_revocation(at_work):
    factories.access_to_sign(at_work.sam, entered_by=at_work.dana, executed_by=at_work.alan)
    revocation = factories.an_access_change(
        at_work.sam, "revoke", entered_by=at_work.dana, at=timezone.now()
    )
    factories.access_to_sign(at_work.sam, entered_by=at_work.dana, executed_by=at_work.alan)

    with pytest.raises(ChangeOutdated):
        execute(revocation, at_work.alan, at_work.fob)
    assert access_of(at_work.sam.prescriber) is Access.GRANTED


def test_a_revocation_is_executed_as_a_grant_is(at_work):
    factories.access_to_sign(at_work.sam, entered_by=at_work.dana, executed_by=at_work.alan)
    revocation = factories.an_access_change(
        at_work.sam, "revoke", entered_by=at_work.dana, at=timezone.now()
    )

    alan = client_of(at_work.alan)
    answer = approve(alan, revocation, at_work.fob)

    assert "The access of Sam Nguyen, NP is ended" in read(alan.get(answer.url))
    assert access_of(at_work.sam.prescriber) is Access.REVOKED
    assert SecurityNotice.objects.filter(user=at_work.sam, change="access-revoked").exists()


@pytest.mark.parametrize(("pin", "right"), [("5938", True), ("4827", False)])
def test_a_wrong_factor_gives_nothing_and_one_sentence_for_both(at_work, change, alan, pin, right):
    otp = at_work.fob.press() if right else "000000"

    answer = read(submit(alan, page_of(change), digest=change.digest, pin=pin, otp=otp))

    assert "The EPCS PIN or one-time password is not right." in answer
    assert access_of(at_work.sam.prescriber) is Access.NOT_GIVEN
    assert SigningState.objects.get(user=at_work.alan).failures == 1
    assert refused(at_work) == ["factors-rejected"]


def test_five_wrong_ones_lock_signing_and_executing(at_work, change, alan):
    for _try in range(5):
        approve(alan, change, at_work.fob, pin="5938")

    answer = approve(alan, change, at_work.fob)

    assert "signing is locked until" in read(answer)
    assert access_of(at_work.sam.prescriber) is Access.NOT_GIVEN
    assert SecurityNotice.objects.filter(user=at_work.alan, change="signing-locked").exists()


def test_a_used_password_is_never_used_again(at_work, change, alan):
    otp = at_work.fob.press()
    approve(alan, change, at_work.fob, pin="5938", otp=otp)

    answer = approve(alan, change, at_work.fob, otp=otp)

    assert "The EPCS PIN or one-time password is not right." in read(answer)
    assert AuditEvent.objects.filter(event="otp.replayed", person=at_work.alan).exists()


def test_a_token_that_a_phone_alone_vouched_for_executes_nothing(at_work, change):
    HardToken.objects.filter(user=at_work.alan).update(is_phone_bound=True)

    with pytest.raises(ExecutorPhoneBound):
        execute(change, at_work.alan, at_work.fob)


def test_a_pin_that_changed_while_it_was_compared_is_asked_for_again(at_work, change):
    SigningState.objects.create(user=at_work.alan)

    with connection.execute_wrapper(pin_changes_once_it_was_read), pytest.raises(KnowledgeChanged):
        execute(change, at_work.alan, at_work.fob)

    assert access_of(at_work.sam.prescriber) is Access.NOT_GIVEN


def test_it_is_executed_once(at_work, change):
    execute(change, at_work.alan, at_work.fob)

    with pytest.raises(ChangeDecided):
        execute(change, at_work.alan, at_work.fob)
    assert AuditEvent.objects.filter(event="access_change.executed").count() == 1


def test_the_only_registrant_executes_their_own_and_the_report_says_so(at_work):
    """Rules L-05: Sam leaves, so nobody but Alan has a DEA registration there."""
    DeaRegistration.objects.filter(prescriber=at_work.sam.prescriber).update(status="ended")
    factories.access_to_sign(at_work.alan, entered_by=at_work.dana, executed_by=at_work.sam)
    factories.a_report(at_work.alan, what="backup-phone")
    change = factories.an_access_change(at_work.alan, entered_by=at_work.dana, at=timezone.now())

    answer = approve(client_of(at_work.alan), change, at_work.fob)

    assert answer.status_code == 302, read(answer)
    assert access_of(at_work.alan.prescriber) is Access.GRANTED
    assert AccessChange.objects.get(pk=change.pk).is_own
    assert "own, the only registrant" in read(client_of(at_work.dana).get(LIST))


def test_rejecting_closes_it_for_good(at_work, change, alan):
    answer = submit(alan, f"{page_of(change)}reject/")

    assert answer.status_code == 302
    with pytest.raises(ChangeDecided):
        execute(change, at_work.alan, at_work.fob)
    event = AuditEvent.objects.get(event="access_change.rejected")
    assert (event.person, event.actor) == (at_work.sam, at_work.alan)
    told = read(alan.get(answer.url))
    assert "It can't be approved any more." in told
    assert "stays stopped" not in told
    assert "Rejected" in read(alan.get(page_of(change)))


def test_a_rejected_revocation_gives_nothing_back(at_work):
    factories.access_to_sign(at_work.sam, entered_by=at_work.dana, executed_by=at_work.alan)
    revocation = factories.an_access_change(
        at_work.sam, "revoke", entered_by=at_work.dana, at=timezone.now()
    )

    page = read(client_of(at_work.dana).get(f"{page_of(revocation)}reject/"))
    dana = client_of(at_work.dana)
    told = read(dana.get(submit(dana, f"{page_of(revocation)}reject/").url))

    assert "Signing stays stopped" in page
    assert "Signing that was stopped stays stopped until two people give it back." in told
    assert access_of(at_work.sam.prescriber) is Access.STOPPED


def test_nobody_rejects_what_is_about_themselves_is_over_or_elsewhere(at_work, change):
    sam = factories.designated(at_work.sam)
    own = client_of(sam).get(f"{page_of(change)}reject/")
    elsewhere = a_practice_at_work("elsewhere")

    refusals = []
    for designee, at in (
        (sam, timezone.now()),
        (elsewhere.dana, timezone.now()),
        (at_work.dana, change.expires_at),
    ):
        with pytest.raises(Exception) as told:
            reject_access_change(change=change, designee=designee, at=at)
        refusals.append(told.value.code)

    assert refusals == ["own-access", "not-designated", "change-expired"]
    assert "another designated individual has to" in read(own)
    assert AuditEvent.objects.filter(event="access_change.not_rejected").count() == 3


@pytest.mark.parametrize("page", ["", "reject/"])
def test_a_change_of_another_practice_is_not_there(change, page):
    elsewhere = a_practice_at_work("elsewhere")
    client = client_of(elsewhere.alan)

    answers = [client.get(f"{page_of(change)}{page}"), client.post(f"{page_of(change)}{page}")]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_who_has_no_token_or_pin_is_told_what_is_missing(at_work, change):
    maria = factories.designated(a_registrant("maria", at_work.alan.practice))

    page = client_of(maria).get(page_of(change))

    assert "To approve it yourself you need a token." in read(page)
    assert 'name="otp"' not in page.text


def test_a_token_removed_in_another_tab_is_told(at_work, change, alan):
    key = form_key_on(alan, page_of(change))
    HardToken.objects.filter(user=at_work.alan).update(status="removed", removed_at=timezone.now())

    answer = alan.post(
        page_of(change),
        {"form_key": key, "digest": change.digest, "pin": PIN, "otp": "123456"},
    )

    assert "To approve it yourself you need a token." in read(answer)
    assert refused(at_work) == ["executor-without-token"]


def test_a_designee_who_was_taken_from_that_enters_nothing_behind_an_open_page(at_work):
    DesignatedIndividual.objects.filter(user=at_work.dana).update(
        ended_at=timezone.now(), ended_by=at_work.alan
    )
    today = timezone.localdate()

    with pytest.raises(NotDesignated):
        enter_access_change(
            prescriber=at_work.sam.prescriber,
            entry=GrantEntry(checked_on=today, dea_source="A", state_source="B"),
            designee=at_work.dana,
            at=timezone.now(),
        )


def test_the_list_shows_what_waits_and_pages_of_what_was_decided(at_work, change):
    for _ in range(26):
        factories.access_to_sign(at_work.alan, entered_by=at_work.dana, executed_by=at_work.sam)
    client = client_of(at_work.dana)

    first, second = read(client.get(LIST)), read(client.get(f"{LIST}?page=2"))

    assert "Grant access: Sam Nguyen, NP" in first
    assert "Page 1 of 2" in first
    assert "Page 2 of 2" in second
