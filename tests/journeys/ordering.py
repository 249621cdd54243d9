"""What people do to get a spare token, by the words on the pages."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.hands import follow, heading, press

PAYS, DECLINES = "4242 4242 4242 4242", "4000 0000 0000 0002"
BILLING = "billing@lakeside.example"
NUMBER = "EP-[0-9]{8}"
MARIAS_STREET = "48 Lake Street"
TRACKING = "9400 1000 0000 0000 0000 00"


def open_order_form(page: Page) -> None:
    """From the Admin tab, as the article says."""
    follow(page, "Admin")
    page.get_by_role("link", name="Order Spare Hardware Token").click()
    heading(page, "Order Spare Hardware Token")


def pay_now(page: Page) -> None:
    press(page, "Pay Now")
    heading(page, "Pay $35.00")


def go_to_payment(page: Page) -> None:
    follow(page, "Continue to payment")
    heading(page, "Payment information")


def order(page: Page) -> None:
    """As far as the payment page."""
    open_order_form(page)
    pay_now(page)
    go_to_payment(page)


def fill_card(page: Page, number: str = PAYS, *, cvv: str = "123") -> None:
    page.get_by_label("Billing Email Address").fill(BILLING)
    page.get_by_label("Credit Card Number").fill(number)
    page.get_by_label("Expiration Date").fill("12/34")
    page.get_by_label("CVV").fill(cvv)
    page.get_by_label("Billing Zip Code").fill("05401")


def pay(page: Page, number: str = PAYS) -> None:
    fill_card(page, number)
    press(page, "Pay $35.00")


def is_ordered(page: Page) -> None:
    """The page updates by itself when the payment was confirmed."""
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Your token is ordered", timeout=20_000
    )


def fill_home(page: Page) -> None:
    page.get_by_label("Home Address").check()
    page.get_by_label("Address", exact=True).fill("7 Cedar Lane")
    page.get_by_label("Suite, unit or floor").fill("")
    page.get_by_label("City").fill("Winooski")
    page.get_by_label("State").select_option("VT")
    page.get_by_label("Zip", exact=True).fill("05404")


def open_order(page: Page, name: str) -> None:
    """As an agent on the support site: the newest order of the person with this last name."""
    page.goto(f"/staff/billing/tokenorder/?q={name}")
    page.locator("#result_list tbody th a, #result_list tbody td a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("EP-")


def pack(page: Page, serial: str) -> None:
    follow(page, "Pack")
    page.get_by_label("Token Serial Number").fill(serial)
    page.keyboard.press("Enter")  # a scanner ends with it


def ship(page: Page) -> None:
    follow(page, "Ship")
    page.get_by_label("Carrier").select_option("USPS")
    page.get_by_label("Tracking number").fill(TRACKING)
    press(page, "Ship")
