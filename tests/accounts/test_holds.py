"""This wasn't me: a link that places a hold when its button is pressed, and what lifts it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Hold, KnowledgeFactor, SigningState
from accounts.signing_access import Access, access_of
from epcs_portal.audit.models import AuditEvent
from epcs_portal.delivery.models import Message
from tests import factories
from tests.pages import form_key_on, submit
from tests.tokens.phones import a_backup_phone
from tests.tokens.reading import events_of, on_the_wall, read
from tokens import notices
from tokens.models import HardToken, SecurityNotice

HOLD = "/epcs/hold/"
Change = SecurityNotice.Change
STOP = "Stop signing now"


@pytest.fixture
def signer(db):
    """Somebody who may sign, set up an hour ago."""
    person = factories.a_signer("snguyen")
    _token, person.fob = factories.a_hard_token(person)
    an_hour_ago = timezone.now() - timedelta(hours=1)
    HardToken.objects.update(bound_at=an_hour_ago)
    KnowledgeFactor.objects.update(set_at=an_hour_ago)
    return person


@pytest.fixture
def notice(signer):
    return notices.note(signer, Change.PHONE_ADDED, at=timezone.now())


def page_of(notice):
    return notices.link_of(notice).removeprefix("https://portal.example.org")


def access(person):
    return access_of(person.prescriber)


def test_opening_the_link_does_nothing(client, signer, notice):
    page = read(client.get(page_of(notice)))

    assert STOP in page
    assert on_the_wall(notice.changed_at).split()[0] in page
    assert access(signer) is Access.GRANTED
    assert not Hold.objects.exists()


def test_the_button_stops_signing_at_once_and_voids_pages_that_are_open(client, signer, notice):
    generation = SigningState.objects.create(user=signer).generation

    response = client.post(page_of(notice))

    assert access(signer) is Access.HELD
    assert SigningState.objects.get().generation == generation + 1
    page = read(client.get(response.url))
    assert "Signing is on hold" in page
    assert STOP not in page
    event = AuditEvent.objects.get(event="hold.placed")
    assert (event.person, event.actor, event.event_class) == (signer, None, 4)
    assert SecurityNotice.objects.filter(change="hold-placed").count() == 1


def test_pressing_it_twice_holds_once_and_again_after_lifting_never(client, signer, notice):
    for _press in range(2):
        client.post(page_of(notice))
    Hold.objects.update(lifted_at=timezone.now(), lifted_by="own-factors")

    client.post(page_of(notice))

    assert Hold.objects.count() == 1
    assert access(signer) is Access.GRANTED


@pytest.mark.parametrize("key", ["", "0" * 32, "é", "x" * 5000])
def test_without_its_key_the_link_is_none(client, notice, key):
    for method in (client.get, client.post):
        response = method(page_of(notice).partition("?")[0] + f"?k={key}")
        assert response.status_code == 404
        assert "This link no longer works" in read(response)
    assert not Hold.objects.exists()


def test_the_key_of_another_notice_opens_nothing(client, signer, notice):
    other = notices.note(signer, Change.PIN_RESET, at=timezone.now())
    key = page_of(other).partition("?")[2]

    assert client.post(page_of(notice).partition("?")[0] + "?" + key).status_code == 404


@pytest.mark.parametrize(("age", "status"), [({"days": 6, "hours": 23}, 200), ({"days": 7}, 404)])
def test_it_works_for_seven_days(client, notice, age, status):
    SecurityNotice.objects.update(changed_at=timezone.now() - timedelta(**age))

    assert client.get(page_of(notice)).status_code == status


def test_another_site_cannot_press_it(notice):
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(page_of(notice)).status_code == 403
    assert not Hold.objects.exists()


@pytest.fixture
def held(client, signer, notice):
    """The signer, signed in, with signing on hold."""
    client.post(page_of(notice))
    client.force_login(signer)
    return client


def test_the_pages_say_that_signing_is_on_hold_and_lead_to_the_way_out(held, signer):
    patient = factories.a_patient(signer.practice)
    factories.a_prescription(signer, patient)

    settings = read(held.get("/settings/epcs/"))
    signing = read(held.get("/rx/sign/", {"patient": patient.pk}))

    for page in (settings, signing):
        assert "Signing is on hold" in page
        assert HOLD in page


def test_pin_and_token_from_before_lift_it(held, signer):
    response = submit(held, HOLD, pin="4827", otp=signer.fob.press())

    assert response.url.startswith("/settings/epcs/?done=")
    assert access(signer) is Access.GRANTED
    assert Hold.objects.get().lifted_by == "own-factors"
    assert events_of(signer)[-1] == "hold.lifted"
    assert SecurityNotice.objects.filter(change="hold-lifted").count() == 1
    assert held.get(HOLD).url == "/settings/epcs/"


@pytest.mark.parametrize("wrong", ["pin", "otp"])
def test_one_sentence_for_either_wrong_factor_and_it_is_counted(held, signer, wrong):
    typed = {"pin": "4827", "otp": signer.fob.press()}
    typed |= {"pin": {"pin": "4828"}, "otp": {"otp": signer.fob.wrong()}}[wrong]

    response = submit(held, HOLD, **typed)

    assert "The EPCS PIN or one-time password is not right." in read(response)
    assert SigningState.objects.get().failures == 1
    assert access(signer) is Access.HELD
    assert events_of(signer)[-1] == "hold.not_lifted"


def test_a_used_password_does_not_lift_it(held, signer):
    otp = signer.fob.press()
    submit(held, HOLD, pin="4828", otp=otp)

    assert "is not right" in read(submit(held, HOLD, pin="4827", otp=otp))


def test_five_failures_lock_signing_and_the_hold_stays(held, signer):
    for _try in range(5):
        page = read(submit(held, HOLD, pin="4828", otp=signer.fob.press()))

    assert "signing is locked and the hold stays" in page
    again = read(submit(held, HOLD, pin="4827", otp=signer.fob.press()))
    assert "signing is locked and the hold stays" in again
    assert access(signer) is Access.HELD
    assert "signing.locked" in events_of(signer)
    assert SecurityNotice.objects.filter(change="signing-locked").count() == 1


def test_a_token_that_locks_meanwhile_is_told(held, signer):
    HardToken.objects.update(failures=4)

    submit(held, HOLD, pin="4827", otp=signer.fob.wrong())

    assert "token.locked" in events_of(signer)


@pytest.mark.parametrize(
    ("model", "columns"),
    [
        (KnowledgeFactor, {"set_at": timedelta(minutes=1)}),
        (HardToken, {"bound_at": timedelta(minutes=1)}),
    ],
)
def test_factors_as_new_as_the_change_do_not_lift_it(held, signer, model, columns):
    form_key = form_key_on(held, HOLD)
    model.objects.update(**{name: timezone.now() + later for name, later in columns.items()})

    page = read(held.get(HOLD))
    typed = {"form_key": form_key, "pin": "4827", "otp": signer.fob.press()}
    refused = read(held.post(HOLD, typed))

    assert "A designated individual at your practice has to lift the hold." in page
    assert 'name="otp"' not in page
    assert "so it can't lift the hold" in refused
    assert access(signer) is Access.HELD


def test_a_phone_bound_token_does_not_lift_it(held):
    HardToken.objects.update(is_phone_bound=True)

    assert "has to lift the hold" in read(held.get(HOLD))


def test_without_a_token_it_is_told_who_can(held):
    HardToken.objects.update(status="removed", removed_at=timezone.now())

    assert "has to lift the hold" in read(held.get(HOLD))
    typed = {"pin": "4827", "otp": "123456"}
    assert "has to lift the hold" in read(held.post(HOLD, typed))


def test_a_second_click_lifts_it_once(held, signer):
    typed = {"form_key": form_key_on(held, HOLD), "pin": "4827", "otp": signer.fob.press()}

    answers = [held.post(HOLD, typed).url for _ in range(2)]

    assert answers[0] == answers[1]
    assert AuditEvent.objects.filter(event="hold.lifted").count() == 1


def test_a_hold_ends_what_any_session_had_proven(client, signer, notice):
    a_backup_phone(signer)
    client.force_login(signer)
    submit(client, "/epcs/verify/token/", otp=signer.fob.press())
    assert "Identity verified for this session" in read(client.get("/epcs/devices/"))

    Client().post(page_of(notice))

    assert "Identity verified for this session" not in read(client.get("/epcs/devices/"))


def test_it_holds_one_person(client, signer, notice):
    other = factories.a_signer()
    client.post(page_of(notice))

    assert access(other) is Access.GRANTED


def test_a_lift_that_is_disowned_takes_somebody_else(held, signer):
    submit(held, HOLD, pin="4827", otp=signer.fob.press())
    lifted = SecurityNotice.objects.get(change="hold-lifted")

    Client().post(page_of(lifted))

    assert access(signer) is Access.HELD
    assert "has to lift the hold" in read(held.get(HOLD))


@pytest.fixture
def dana(signer):
    """Who manages access at the practice."""
    person = factories.a_person("dwhitfield", practice=signer.practice, first_name="Dana")
    return factories.designated(person)


@pytest.fixture
def at_danas(dana):
    browser = Client()
    browser.force_login(dana)
    return browser


@pytest.fixture
def lift_page(held):
    return f"/administration/holds/{Hold.objects.get().pk}/"


def test_a_designated_individual_is_told_and_lifts_it(client, at_danas, dana, signer, notice):
    none = read(at_danas.get("/administration/"))
    client.post(page_of(notice))
    listed = read(at_danas.get("/administration/"))
    page = f"/administration/holds/{Hold.objects.get().pk}/"

    response = submit(at_danas, page, assurance="Spoke with Sam in person.")

    assert "Holds at your practice" in none
    assert page in listed
    assert signer.full_name in listed
    told = SecurityNotice.objects.get(change="hold-at-practice")
    assert (told.user, told.subject) == (dana, signer.full_name)
    assert access(signer) is Access.GRANTED
    assert "can sign again" in read(at_danas.get(response.url))
    hold = Hold.objects.get()
    assert (hold.lifted_by, hold.assurance) == (
        "designated-individual",
        "Spoke with Sam in person.",
    )
    event = AuditEvent.objects.get(event="hold.lifted")
    assert (event.person, event.actor) == (signer, dana)
    assert page not in read(at_danas.get("/administration/"))


def test_how_they_made_sure_is_needed(at_danas, lift_page, signer):
    page = read(submit(at_danas, lift_page, assurance=" "))

    assert "Say how you made sure" in page
    assert access(signer) is Access.HELD


def test_of_two_designated_individuals_one_lifts_it(at_danas, lift_page, signer):
    forms = [
        {"form_key": form_key_on(at_danas, lift_page), "assurance": "In person."} for _ in range(2)
    ]

    first, second = (at_danas.post(lift_page, form) for form in forms)

    assert first.status_code == 302
    assert "This hold was lifted already." in read(second)
    assert AuditEvent.objects.filter(event="hold.lifted").count() == 1


@pytest.mark.parametrize("who", ["colleague", "of another practice"])
def test_nobody_else_lifts_it(lift_page, signer, who):
    practice = signer.practice if who == "colleague" else factories.a_practice()
    person = factories.a_person(practice=practice)
    if who != "colleague":
        factories.designated(person)
    browser = Client()
    browser.force_login(person)

    answers = {
        browser.get(lift_page).status_code,
        browser.post(lift_page, {"assurance": "x"}).status_code,
    }

    assert answers == ({403} if who == "colleague" else {404})
    assert access(signer) is Access.HELD


def test_nobody_lifts_their_own_by_that_page(held, lift_page, signer):
    factories.designated(signer)

    assert held.get(lift_page).status_code == 404
    assert lift_page not in read(held.get("/settings/"))


def test_the_word_to_a_designated_individual_carries_no_link_and_opens_none(
    client, dana, signer, notice
):
    client.post(page_of(notice))
    told = SecurityNotice.objects.get(change="hold-at-practice")

    letter = notices.words_for(told, Message.Channel.EMAIL)
    texts = [notices.words_for(told, channel) for channel in Message.Channel]

    assert "You are told because you manage EPCS access at your practice." in letter
    assert not any("not-me" in text for text in texts)
    assert all(signer.full_name in text for text in texts)
    assert client.post(page_of(told)).status_code == 404
    assert Hold.objects.count() == 1


def test_a_reported_loss_is_told_to_them_too(dana, signer):
    factories.a_report(signer, what="hard-token", circumstance="lost")

    assert SecurityNotice.objects.get(change="loss-at-practice").user == dana
