"""Sending the form of tests/submissions/pages.py."""

from __future__ import annotations

from typing import NoReturn

from django.http import HttpResponse
from django.test import Client

from epcs_portal.refusals import Refusal


class SerialRefused(Refusal):
    code = "test-serial-refused"
    field = "serial"
    text = "Serial {serial} is not in stock, {tries} tries left."


def refuse() -> NoReturn:
    raise SerialRefused(serial="GALH12345678", tries=4)


def send(
    client: Client, key: str, serial: str = "GALH12345678", page: str = "/form/"
) -> HttpResponse:
    return client.post(page, {"form_key": key, "serial": serial})
