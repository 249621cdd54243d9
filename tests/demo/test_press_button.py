from __future__ import annotations

import re

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from epcs_portal.demo.models import VirtualFob
from tokens import selectors
from tokens.flows.try_token import try_token

MARIAS = "GALH12345678"


def run(capsys, *arguments):
    call_command("press_button", *arguments)
    return capsys.readouterr().out


def test_it_prints_the_next_six_digits_and_nothing_else(maria, capsys):
    printed = run(capsys, MARIAS)

    assert re.fullmatch("[0-9]{6}\n", printed)
    token = selectors.hard_token_of(maria)
    assert try_token(token=token, otp=printed.strip(), at=timezone.now()) == 0


def test_of_many_presses_only_the_last_is_printed(maria, capsys):
    printed = run(capsys, MARIAS, "--times", "4")

    token = selectors.hard_token_of(maria)
    assert try_token(token=token, otp=printed.strip(), at=timezone.now()) == 3


def test_it_is_the_same_token_that_lies_on_the_page(maria, client, capsys):
    client.force_login(maria)

    printed = run(capsys, MARIAS)

    assert f"data-lcd>{printed.strip()}<" in client.get("/demo/devices/").text


def test_the_serial_may_be_typed_as_people_do(demo, capsys):
    assert re.fullmatch("[0-9]{6}\n", run(capsys, "galh 1234-5678"))


def test_an_unknown_serial_is_refused_with_a_sentence(demo):
    with pytest.raises(CommandError, match="no virtual token with this serial number"):
        call_command("press_button", "GALH00000000")


@pytest.mark.parametrize("times", ["0", "-1", "two", "1000001"])
def test_only_a_sensible_number_of_presses_is_taken(demo, times):
    with pytest.raises(CommandError, match="is no number of presses"):
        call_command("press_button", MARIAS, f"--times={times}")

    assert VirtualFob.objects.get(seed_record__serial=MARIAS).presses == 2
