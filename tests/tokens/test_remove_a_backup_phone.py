from __future__ import annotations

import pytest

from epcs_portal.delivery.models import Message
from tests.pages import form_key_on, submit
from tests.tokens.phones import (
    NUMBER,
    OTHER,
    a_backup_phone,
    code_on,
    let_everything_arrive,
    on_the_phone,
    way_of,
)
from tests.tokens.reading import choose, events_of, is_verified, read
from tokens.models import BackupPhone, SecurityNotice


@pytest.fixture
def phone(prescriber):
    return a_backup_phone(prescriber)


def remove_page(phone):
    return f"/epcs/phones/{phone.pk}/remove/"


def test_a_number_is_removed_with_a_reason_and_detail(verified, prescriber, phone):
    a_backup_phone(prescriber, OTHER)

    response = submit(verified, remove_page(phone), reason="replaced", detail="A new phone.")

    phone.refresh_from_db()
    assert (phone.status, phone.reason, phone.detail) == ("removed", "replaced", "A new phone.")
    page = read(verified.get(response.url))
    assert "(•••) •••-0187</span> can no longer be used." in page
    assert "It was your only backup phone" not in page
    assert events_of(prescriber)[-1] == "phone.removed"


def test_a_reason_is_needed(verified, phone):
    missing, unknown = (
        submit(verified, remove_page(phone), reason=reason) for reason in ("", "none")
    )

    for page in (missing, unknown):
        assert "Select a reason for removing this phone number." in read(page)
    phone.refresh_from_db()
    assert phone.is_active


def test_the_last_one_is_warned_of_before_and_after(verified, phone):
    before = read(verified.get(remove_page(phone)))
    response = submit(verified, remove_page(phone), reason="replaced")
    after = read(verified.get(response.url))

    assert "This is your only backup phone" in before
    assert "Add a new number first" in before
    assert "It was your only backup phone, so" in after
    assert "You removed your last backup phone" in after
    assert "Last phone removed" in after


def test_the_removed_number_is_told_and_gets_no_code_any_more(verified, phone):
    submit(verified, remove_page(phone), reason="number-given-up")

    let_everything_arrive()

    assert SecurityNotice.objects.get(change="phone-removed").state == "done"
    texts = Message.objects.filter(recipient=NUMBER)
    assert texts.count() == 1
    [text] = on_the_phone(NUMBER)
    assert "A backup phone was removed from your EPCS account" in text
    assert verified.get(way_of(phone)).url.startswith("/epcs/verify/")


def test_the_step_up_it_had_proven_ends_and_a_second_click_gets_the_answer(signed_in, phone, token):
    way = choose(signed_in, "/epcs/verify/", f"text:{phone.pk}").url
    submit(signed_in, way, code=code_on(NUMBER))
    typed = {"form_key": form_key_on(signed_in, remove_page(phone)), "reason": "replaced"}

    first, second = (signed_in.post(remove_page(phone), typed) for _ in range(2))

    assert first.url == second.url
    assert not is_verified(signed_in)
    assert signed_in.get(remove_page(phone)).url == "/settings/epcs/"


def test_two_tabs_remove_it_once(verified, phone):
    pages = [
        {"form_key": form_key_on(verified, remove_page(phone)), "reason": "replaced"}
        for _ in range(2)
    ]

    first, second = (verified.post(remove_page(phone), typed) for typed in pages)

    assert first.status_code == 302
    assert "not one of your backup phones any more" in read(second)
    assert SecurityNotice.objects.filter(change="phone-removed").count() == 1


def test_a_number_that_was_never_confirmed_goes_without_a_notice(verified, prescriber):
    pending = a_backup_phone(prescriber, OTHER, status="pending", confirmed_at=None)

    submit(verified, remove_page(pending), reason="other")

    assert events_of(prescriber)[-1] == "phone.discarded"
    assert not SecurityNotice.objects.filter(change="phone-removed").exists()


def test_its_place_is_free_again(verified, prescriber, phone):
    submit(verified, remove_page(phone), reason="replaced")

    assert a_backup_phone(prescriber, NUMBER).place == 1
    assert BackupPhone.objects.count() == 2
