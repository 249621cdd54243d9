"""Telephone numbers: read as people type them, kept as E.164, shown whole or masked.

The only importer of ``phonenumbers``. A number is text that reaches a carrier and costs money, so
what is not an ordinary number of an allowed region is refused.
"""

from __future__ import annotations

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

HOME_REGION = "US"
# What may be called. Paid, shared-cost and toll-free numbers earn somebody money for each call.
ORDINARY = {
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,  # all of the United States: the plan doesn't tell
    PhoneNumberType.VOIP,
}
UNUSUAL = "This kind of number can't receive codes. Enter an ordinary US phone number."
TEN_DIGITS = "Enter a phone number with 10 digits, including the area code."
ELSEWHERE = "We can only send codes to US phone numbers. Enter a number in the United States."
EXTENSION = "We can't dial an extension. Enter a direct number."


class NumberRefused(ValueError):
    """The sentence says why, and what to enter instead."""


def e164(typed: str, *, regions: tuple[str, ...]) -> str:
    """Return ``+18025550187`` for a number of one of the regions, however it was typed.

    Raise NumberRefused for anything else: another country, a premium or toll-free number, an
    extension, letters.
    """
    if any(letter.isalpha() for letter in typed.lower().replace("ext", "").replace("x", "")):
        raise NumberRefused(TEN_DIGITS)
    try:
        number = phonenumbers.parse(typed, HOME_REGION)
    except phonenumbers.NumberParseException:
        raise NumberRefused(TEN_DIGITS) from None
    if number.extension:
        raise NumberRefused(EXTENSION)
    if not phonenumbers.is_valid_number(number):
        is_abroad = number.country_code != 1
        raise NumberRefused(ELSEWHERE if is_abroad else TEN_DIGITS)
    if phonenumbers.region_code_for_number(number) not in regions:
        raise NumberRefused(UNUSUAL if _is_without_region(number) else ELSEWHERE)
    if phonenumbers.number_type(number) not in ORDINARY:
        raise NumberRefused(UNUSUAL)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def is_landline(number: str) -> bool:
    """Return whether the plan says that this E.164 number takes no texts. In the US it doesn't."""
    return phonenumbers.number_type(_parsed(number)) == PhoneNumberType.FIXED_LINE


def shown(number: str) -> str:
    """Return ``(802) 555-0187``: only where it was just typed, or on the person's own devices."""
    return phonenumbers.format_number(_parsed(number), PhoneNumberFormat.NATIONAL)


def masked(number: str) -> str:
    """Return ``(•••) •••-0187``."""
    return f"(•••) •••-{number[-4:]}"


def _parsed(number: str) -> PhoneNumber:
    return phonenumbers.parse(number, None)


def _is_without_region(number: PhoneNumber) -> bool:
    """Toll-free and premium numbers of the North American plan belong to no single country."""
    return phonenumbers.number_type(number) not in ORDINARY
