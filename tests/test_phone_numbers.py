from __future__ import annotations

import pytest

from epcs_portal.phone_numbers import NumberRefused, e164, is_landline, masked, shown

US = ("US",)
TEN = "Enter a phone number with 10 digits, including the area code."


@pytest.mark.parametrize(
    "typed",
    [
        "(802) 555-0187",
        "802.555.0187",
        "8025550187",
        "1 802 555 0187",
        "+1-802-555-0187",
        " 802\u00a0555\u20110187 ",
    ],
)
def test_however_it_is_typed(typed):
    assert e164(typed, regions=US) == "+18025550187"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", TEN),
        ("555-0187", TEN),
        ("911", TEN),
        ("802-555-018O", TEN),
        ("1-800-FLOWERS", TEN),
        ("<script>", TEN),
        ("\0", TEN),
        ("8" * 60, TEN),
        ("+1 242 555 0187", TEN),  # the Bahamas has no such number
        ("(900) 555-0187", "This kind of number can't receive codes."),
        ("(888) 555-0110", "This kind of number can't receive codes."),
        ("(242) 502-2000", "We can only send codes to US phone numbers."),
        ("(416) 555-0187", "We can only send codes to US phone numbers."),
        ("+44 20 7946 0018", "We can only send codes to US phone numbers."),
        ("+44 20", "We can only send codes to US phone numbers."),
        ("(802) 555-0187 ext. 4", "We can't dial an extension."),
    ],
)
def test_what_is_no_ordinary_number_of_the_country_is_refused(typed, told):
    with pytest.raises(NumberRefused, match=told.replace("(", r"\(")):
        e164(typed, regions=US)


def test_another_region_can_be_allowed():
    assert e164("+44 7400 123456", regions=("US", "GB")) == "+447400123456"


def test_a_paid_number_of_an_allowed_region_is_refused():
    with pytest.raises(NumberRefused, match="This kind of number"):
        e164("+44 909 8790000", regions=("US", "GB"))


@pytest.mark.parametrize(("number", "is_one"), [("+18025550187", False), ("+442079460018", True)])
def test_a_landline_is_known_where_the_plan_tells(number, is_one):
    assert is_landline(number) is is_one


def test_shown_and_masked():
    assert shown("+18025550187") == "(802) 555-0187"
    assert masked("+18025550187") == "(•••) •••-0187"
