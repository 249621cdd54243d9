"""Can I sign? The panel names the one next step."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from tests import factories
from tests.tokens.phones import a_backup_phone
from tests.tokens.reading import on_the_wall
from tokens.models import HardToken

SETTINGS = "/settings/epcs/"
NOW = datetime(2026, 1, 14, 15, 0, tzinfo=UTC)


def a_state(token: HardToken, **columns) -> None:
    HardToken.objects.filter(pk=token.pk).update(**columns)


def readiness_on(client) -> dict:
    return client.get(SETTINGS).context["readiness"]


def test_not_registered_comes_first(client, db):
    client.force_login(factories.a_prescriber(registered=False))

    ready = readiness_on(client)

    assert ready["title"] == "You can't sign yet"
    assert "registration is not complete" in ready["text"]
    assert client.get(SETTINGS).context["cards"] == []


def test_who_could_not_add_a_token_is_told_whom_to_call(signed_in, prescriber):
    ready = readiness_on(signed_in)

    assert ready["text"].startswith("Nothing of yours can show who you are")
    assert ready["action"] == {"label": "Contact support", "url": "/support/"}


def test_then_the_token(signed_in, prescriber):
    factories.a_grant(prescriber)
    without_phone = readiness_on(signed_in)
    a_backup_phone(prescriber)
    ready = readiness_on(signed_in)

    assert without_phone["action"] == {"label": "Add a backup phone", "url": "/epcs/phones/add/"}
    assert ready["title"] == "You can't sign yet"
    assert ready["action"] == {"label": "Add a hardware token", "url": "/epcs/token/add/"}
    assert [check["label"] for check in ready["checks"]] == [
        "EPCS PIN",
        "Hardware Token",
        "Mobile ID (Authy)",
        "Backup phone",
    ]


def test_then_what_is_wrong_with_it(signed_in, token):
    until = timezone.now() + timedelta(minutes=15)
    a_state(token, out_of_step_at=NOW)
    out_of_step = readiness_on(signed_in)
    a_state(token, failures=5, locked_until=until)
    locked = readiness_on(signed_in)
    a_state(token, held_at=NOW)
    held = readiness_on(signed_in)

    assert out_of_step["action"]["url"] == f"/epcs/token/{token.pk}/resync/"
    assert out_of_step["tone"] == "warn"
    assert locked["title"] == "You can't sign yet"
    assert locked["action"] == out_of_step["action"]
    assert held["action"]["label"] == "Contact support"


def test_then_the_pin_and_last_the_practice(signed_in, prescriber, token):
    without_pin = readiness_on(signed_in)
    factories.an_epcs_pin(prescriber)
    without_access = readiness_on(signed_in)
    factories.access_to_sign(
        prescriber, entered_by=factories.a_person(), executed_by=factories.a_prescriber()
    )
    without_registration = readiness_on(signed_in)
    registered = factories.a_dea_registration(prescriber, expires_on=NOW.date())
    expired = readiness_on(signed_in)
    registered.expires_on = timezone.now().date() + timedelta(days=30)
    registered.save()
    ready = readiness_on(signed_in)

    assert without_registration["text"].startswith("No DEA registration of yours is on record.")
    assert expired["text"].startswith("Your DEA registration expired Jan 14, 2026. Renew it")
    assert expired["action"] == {"label": "Who can help", "url": "/support/#practice"}
    assert "You still need an EPCS PIN" in without_pin["text"]
    assert "has not given you access to sign yet" in without_access["text"]
    assert (ready["tone"], ready["title"]) == ("ok", "Ready to sign")
    assert ready["action"] == {"label": "Add a backup phone", "url": "/epcs/phones/add/"}
    assert "Ready to sign" in signed_in.get(SETTINGS).text
    assert "Ready" in signed_in.get("/epcs/").text


def test_an_access_change_nobody_executed_is_not_enough(signed_in, prescriber, token):
    factories.an_epcs_pin(prescriber)
    at = timezone.now()
    factories.an_access_change(prescriber, entered_by=factories.a_person(), at=at)

    assert readiness_on(signed_in)["title"] == "You can't sign yet"


def test_with_all_the_rest_a_lock_says_until_when(signed_in, prescriber, token):
    until = timezone.now() + timedelta(minutes=15)
    factories.a_dea_registration(prescriber)
    factories.an_epcs_pin(prescriber)
    factories.access_to_sign(
        prescriber, entered_by=factories.a_person(), executed_by=factories.a_person()
    )
    a_state(token, failures=5, locked_until=until)

    assert readiness_on(signed_in)["title"] == f"You can't sign until {on_the_wall(until)}"


def test_the_card_says_no_more_than_the_panel(signed_in, prescriber, token):
    before = signed_in.get("/settings/epcs/").text
    factories.a_dea_registration(prescriber)
    factories.an_epcs_pin(prescriber)
    factories.access_to_sign(
        prescriber, entered_by=factories.a_person(), executed_by=factories.a_person()
    )

    after = signed_in.get("/settings/epcs/").text

    assert "Cannot sign prescriptions yet." in before
    assert "Can sign prescriptions and verify your identity." in after
