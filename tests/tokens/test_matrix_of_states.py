"""Every action, every factor, every state: what may be chosen, which page opens and which asks.

Written out by hand from the rules (2.1) and the table of the cards; no page is opened twice.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import User
from tests import factories
from tests.billing.ordering import HOME, an_order
from tests.tokens.phones import OTHER, VERIFY, a_backup_phone
from tests.tokens.reading import choose, read
from tests.tokens.states import a_factor, comes_to
from tokens import step_up
from tokens.models import BackupPhone, SoftToken, StepUp
from tokens.step_up import cookie_value
from tokens.step_up_matrix import Action

SIGNING = {"sign", "execute-access-change", "reset-pin", "lift-hold"}
ADDING = {"add-hard-token", "add-mobile-id"}
MINOR = {"remove-token", "add-phone", "remove-phone", "revoke-account", "authenticate"}
MINOR |= {"ship-elsewhere"}
SUPPORT = {"support"}  # of our staff; no page of a prescriber asks for it
EVERYTHING, NOTHING = SIGNING | ADDING | MINOR, set()
UNCONFIRMED = "Not for this, until your practice confirms it."
NOT_A_PHONE = "A phone can't be used for this."
HELD = "Locked until a designated individual at your practice unlocks it."
LOST = "Reported lost. Nobody can use it."
LEFT = "It was removed from the phone itself, so no phone makes its codes."
LABELS = {
    "hard": ["Hardware token"],
    "mobile": ["Mobile ID (Authy)", "Push notification"],
    "phone": ["Text message", "Phone call"],
}
# What may be chosen for which action; and otherwise why not, None where it is not even listed.
CHOICES = {
    ("hard", "active"): (EVERYTHING, None),
    ("hard", "phone-bound"): ({"sign"} | MINOR, UNCONFIRMED),
    ("hard", "out of step"): (NOTHING, "Out of sync. Resync it first, then verify with it."),
    ("hard", "locked"): (NOTHING, r"Locked until .+ after 5 incorrect codes. A resync unlocks it"),
    ("hard", "held"): (NOTHING, HELD),
    ("hard", "expired"): (NOTHING, "Expired. Its codes are no longer accepted."),
    ("hard", "reported"): (NOTHING, LOST),
    ("hard", "removed"): (NOTHING, None),
    ("mobile", "active"): (EVERYTHING, None),
    ("mobile", "phone-bound"): ({"sign"} | MINOR, UNCONFIRMED),
    ("mobile", "out of step"): (EVERYTHING, None),  # the next code may be right
    ("mobile", "locked"): (NOTHING, r"Locked until .+ after 5 incorrect codes."),
    ("mobile", "held"): (NOTHING, HELD),
    ("mobile", "left"): (NOTHING, LEFT),
    ("mobile", "reported"): (NOTHING, LOST),
    ("mobile", "removed"): (NOTHING, None),
    ("phone", "active"): (ADDING | MINOR, NOT_A_PHONE),
    ("phone", "pending"): (NOTHING, None),
    ("phone", "reported"): (NOTHING, None),
    ("phone", "removed"): (NOTHING, None),
    ("phone", "codes locked"): (NOTHING, r"Locked until .+ after 5 incorrect codes."),
    ("phone", "codes held"): (NOTHING, "Phone codes are locked until you verify with a token."),
}
# Nobody asks a phone that gave Mobile ID up, or that was reported.
WITHOUT_PUSH = {"left", "reported"}
CASES = [(*cell, *answer) for cell, answer in CHOICES.items()]
NAMES = [f"{kind}, {state}" for kind, state in CHOICES]
_METHOD = re.compile(
    r'<(label|div) class="choice[^"]*">\s*(?:<input[^>]*>\s*)?<span>([^<]+)<small>([^<]+)</small>'
)


@pytest.fixture
def person(client, db):
    person = factories.a_signer()
    client.force_login(person)
    return person


def on_page(client, action: str) -> dict[str, tuple[bool, str]]:
    """By label: whether it can be chosen, and what stands beside it."""
    page = read(client.get(f"{VERIFY}?for={action}&next=/settings/epcs/"))
    return {label: (tag == "label", text) for tag, label, text in _METHOD.findall(page)}


def test_every_action_is_here():
    assert {action.value for action in Action} == EVERYTHING | SUPPORT
    assert len(SIGNING) + len(ADDING) + len(MINOR) + len(SUPPORT) == len(Action)


@pytest.mark.parametrize(("kind", "state", "opens", "reason"), CASES, ids=NAMES)
def test_what_may_be_chosen(client, person, kind, state, opens, reason):
    a_factor(person, kind, state)
    labels = LABELS[kind][:1] if state in WITHOUT_PUSH else LABELS[kind]

    for action in sorted(EVERYTHING):
        listed = on_page(client, action)

        if not opens and reason is None:
            assert listed == {}, action
            continue
        assert list(listed) == labels, action
        for is_offered, text in listed.values():
            assert is_offered is (action in opens), action
            assert is_offered or re.match(reason, text), (action, text)


@pytest.mark.parametrize(("kind", "state", "opens", "reason"), CASES, ids=NAMES)
def test_what_may_not_be_chosen_is_not_begun(client, person, kind, state, opens, reason):
    factor = a_factor(person, kind, state)
    if kind == "phone":  # something else can be chosen, so that the page has a form
        factories.a_hard_token(person)
    else:
        a_backup_phone(person, OTHER)
    value = {"hard": "token", "mobile": "mobile", "phone": f"text:{factor.pk}"}[kind]

    answer = choose(client, VERIFY, value)

    if "authenticate" in opens:
        assert answer.status_code == 302
    else:
        assert "Choose a method that can be used now." in read(answer)
        assert not StepUp.objects.exists()


@pytest.mark.parametrize(("kind", "state"), CHOICES, ids=NAMES)
def test_the_support_site_is_offered_to_a_hard_token_alone(client, person, kind, state):
    User.objects.filter(pk=person.pk).update(is_staff=True)
    a_factor(person, kind, state)

    listed = on_page(client, "support")

    offered = [label for label, (is_offered, _text) in listed.items() if is_offered]
    assert offered == (LABELS["hard"] if (kind, state) == ("hard", "active") else [])


@pytest.mark.parametrize(
    ("kind", "state", "opens"),
    [
        ("hard", "active", True),
        ("hard", "phone-bound", False),
        ("mobile", "active", False),
        ("mobile", "phone-bound", False),
        ("phone", "active", False),
    ],
)
def test_the_support_site_opens_with_a_hard_token_alone(client, person, kind, state, opens):
    User.objects.filter(pk=person.pk).update(is_staff=True)
    proven(client, a_factor(person, kind, state))

    answer = client.get("/staff/")

    assert answer.status_code == (200 if opens else 302)
    assert opens or f"{VERIFY}?for=support" in answer.url


# What a step-up still opens that was proven a moment before its factor came to this.
STANDS = {
    "active": True,
    "phone-bound": True,
    "out of step": True,
    "locked": True,  # five guesses of somebody else do not undo what was proven
    "codes locked": True,
    "codes held": True,
    "expired": False,
    "left": True,
    "held": False,
    "reported": False,
    "removed": False,
}
PROVEN = [(kind, state) for kind, state in CHOICES if state != "pending"]


@pytest.mark.parametrize(("kind", "state"), PROVEN, ids=lambda value: value)
def test_which_page_opens_and_which_asks(client, person, kind, state):
    factor = a_factor(person, kind)
    proven(client, factor)
    comes_to(factor, state)
    hard = factor if kind == "hard" else factories.a_hard_token(person)[0]
    phone = a_backup_phone(person, OTHER)
    pages = {
        "add-hard-token": "/epcs/token/add/",
        "add-mobile-id": "/epcs/mobile-id/add/?replace=1",
        "remove-token": f"/epcs/token/{hard.pk}/remove/",
        "add-phone": "/epcs/phones/add/",
        "remove-phone": f"/epcs/phones/{phone.pk}/remove/",
        "revoke-account": "/epcs/revoke/",
        "ship-elsewhere": f"/epcs/orders/{an_order(person, **HOME).pk}/pay/",
    }
    has_one = state != "removed" or kind != "hard"
    for action, page in pages.items():
        answer = client.get(page)

        if action == "add-hard-token" and has_one:
            assert "Remove your current token first" in read(answer)
        elif action == "remove-token" and not has_one:
            assert answer.status_code == 302
            assert answer.url == "/settings/epcs/"
        elif STANDS[state] and not (state == "phone-bound" and action in ADDING):
            assert answer.status_code == 200, (action, answer.headers)
        else:
            assert answer.url.startswith(f"{VERIFY}?"), action
            assert f"for={action}" in answer.url


def proven(client, factor, *, minutes: float = 0) -> None:
    """The session has just verified with this factor."""
    key, at = client.session.session_key, timezone.now() - timedelta(minutes=minutes)
    is_phone, is_soft = isinstance(factor, BackupPhone), isinstance(factor, SoftToken)
    method = "text" if is_phone else "mobile-code" if is_soft else "hard-token"
    cookie = cookie_value("form", key)
    step_up.begin(by=factor, method=method, session_key=key, cookie=cookie, at=at)
    client.cookies[settings.STEP_UP_COOKIE_NAME] = cookie


@pytest.mark.parametrize(("minutes", "is_fresh"), [(4, True), (6, False)])
def test_revoking_asks_again_after_five_minutes(client, person, minutes, is_fresh):
    proven(client, a_factor(person, "hard"), minutes=minutes)

    page, other = client.get("/epcs/revoke/"), client.get("/epcs/phones/add/")

    assert (page.status_code == 200) is is_fresh
    assert is_fresh or "for=revoke-account" in page.url
    assert is_fresh or client.get(page.url).status_code == 200
    assert other.status_code == 200


# Signing and a new PIN ask for the factor itself, whatever the session has proven.
TAKES = {
    "active": (True, True),
    "phone-bound": (True, False),
    "out of step": (False, True),  # a hard token's next password is tried; signing says resync
    "locked": (False, False),
    "held": (False, False),
    "expired": (False, False),
    "reported": (False, False),
    "removed": (False, False),
}
MOBILE = {"out of step": (True, True), "left": (False, False)}
ASKED = [(kind, state) for kind, state in CHOICES if kind != "phone"]


@pytest.mark.parametrize(("kind", "state"), ASKED, ids=lambda value: value)
def test_which_token_signs_and_which_sets_a_pin(client, person, kind, state):
    rx = factories.a_prescription(person)
    proven(client, a_factor(person, kind, state))
    signs, sets = {**TAKES, **(MOBILE if kind == "mobile" else {})}[state]

    page, pin = (
        read(client.get(url)) for url in (f"/rx/sign/?patient={rx.patient_id}", "/epcs/pin/")
    )

    assert ('name="otp"' in page) is signs
    assert ('name="otp"' in pin) is sets


def test_a_phone_neither_signs_nor_sets_a_pin(client, person):
    rx = factories.a_prescription(person)
    proven(client, a_factor(person, "phone"))

    page, pin = (
        read(client.get(url)) for url in (f"/rx/sign/?patient={rx.patient_id}", "/epcs/pin/")
    )

    assert 'name="otp"' not in page + pin
