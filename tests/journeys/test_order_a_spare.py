"""How to Order a Spare Replacement Hardware Token: the article, and what may go wrong."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys import rows
from tests.journeys.hands import (
    Fob,
    Phone,
    card,
    fill_pair,
    follow,
    heading,
    open_devices,
    press,
    problem,
    sign_in,
    told,
)
from tests.journeys.ordering import (
    BILLING,
    DECLINES,
    MARIAS_STREET,
    NUMBER,
    fill_card,
    fill_home,
    go_to_payment,
    is_ordered,
    open_order,
    open_order_form,
    order,
    pack,
    pay,
    pay_now,
    ship,
)
from tests.journeys.support import ROBINS, enter_support_site

SPARE = "GALH87654321"


def test_the_eleven_steps_of_the_article(page):
    sign_in(page, "mreyes")
    follow(page, "Compose Rx")
    with page.expect_navigation():
        page.get_by_role("link", name="Select Jordan Ellis").click()
    open_order_form(page)
    expect(page.get_by_label("Practice Address")).to_be_checked()
    expect(page.get_by_label("Address", exact=True)).to_have_value(MARIAS_STREET)
    pay_now(page)
    go_to_payment(page)
    fill_card(page)
    press(page, "Pay $35.00")
    is_ordered(page)

    receipt = page.get_by_role("article", name="Receipt")
    for words in ("Visa ending 4242", BILLING, "Total paid", "$35.00", MARIAS_STREET):
        expect(receipt).to_contain_text(words)
    expect(page.locator("main")).to_contain_text("It should arrive by")
    expect(page.get_by_role("button", name="Print receipt")).to_be_visible()
    page.emulate_media(media="print")
    expect(receipt).to_be_visible()
    expect(page.get_by_role("link", name="Compose Rx")).to_be_hidden()
    page.emulate_media(media="screen")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download receipt (PDF)").click()
    assert re.fullmatch(rf"receipt-{NUMBER}\.pdf", download.value.suggested_filename)
    phone = Phone(open_devices(page))
    phone.wait_for(r"Your receipt for order EP-[\s\S]*Total paid: \$35\.00")


def test_a_declined_card_charges_nothing_and_another_one_pays(page):
    sign_in(page, "mreyes")
    order(page)
    pay(page, DECLINES)

    expect(problem(page)).to_contain_text("Your bank declined this card, so nothing was charged.")
    expect(page.get_by_label("Billing Email Address")).to_have_value(BILLING)
    expect(page.get_by_label("Credit Card Number")).to_have_value("")
    fill_card(page)
    press(page, "Pay $35.00")
    is_ordered(page)


def test_who_leaves_the_payment_page_finds_the_order_and_cancels_it(page):
    sign_in(page, "mreyes")
    order(page)
    with page.expect_navigation():
        page.get_by_role("link", name="Back to shipping").first.click()

    heading(page, "Pay $35.00")
    expect(told(page)).to_contain_text("You left the payment page, so nothing was charged")
    follow(page, "Change shipping address")
    page.get_by_label("Suite, unit or floor").fill("Suite 200")
    pay_now(page)
    press(page, "Cancel this order")
    expect(told(page)).to_contain_text("The order was canceled")
    page.get_by_role("link", name="Order Spare Hardware Token").click()
    pay_now(page)


def test_the_page_one_returns_to_only_reads_and_a_lost_notice_is_made_up_for(page, portal):
    sign_in(page, "mreyes")
    table = open_devices(page)
    with table.expect_navigation():
        table.get_by_role("button", name="Lose the payment's notice").click()
    order(page)
    pay(page)
    heading(page, "We're confirming your payment")
    page.reload()
    heading(page, "We're confirming your payment")
    follow(page, "Check again")
    heading(page, "We're confirming your payment")

    portal.run(rows.LOOK_UP_PAYMENTS)

    is_ordered(page)
    page.reload()
    heading(page, "Your token is ordered")
    page.goto("/epcs/orders/")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_a_home_address_asks_who_one_is_and_everybody_is_told(page):
    sign_in(page, "mreyes")
    table = open_devices(page)
    open_order_form(page)
    fill_home(page)
    press(page, "Pay Now")
    heading(page, "Verify it's you")
    press(page, "Next")
    page.get_by_label("One-Time Password").fill(Fob(table, "GALH12345678").press())
    press(page, "Next")

    heading(page, "Check your order")
    pay_now(page)
    expect(page.locator("main")).to_contain_text("7 Cedar Lane")
    Phone(table).wait_for("to be sent to another address than your practice's")


def test_the_form_remembers_what_was_typed_for_home(page):
    sign_in(page, "mreyes")
    open_order_form(page)
    page.get_by_label("Home Address").check()
    expect(page.get_by_label("Address", exact=True)).to_have_value("")
    page.get_by_label("Address", exact=True).fill("7 Cedar Lane")
    page.get_by_label("Practice Address").check()
    expect(page.get_by_label("Address", exact=True)).to_have_value(MARIAS_STREET)
    page.get_by_label("Home Address").check()
    expect(page.get_by_label("Address", exact=True)).to_have_value("7 Cedar Lane")


def test_shipped_by_support_and_added_by_its_buyer_alone(page, visits, portal):
    sign_in(page, "snguyen")
    order(page)
    pay(page)
    is_ordered(page)
    robin = visits.open()
    sign_in(robin, "rhale")
    enter_support_site(robin, Fob(robin, ROBINS))
    expect(robin.get_by_role("link", name="Orders to pack")).to_contain_text("1")
    open_order(robin, "Nguyen")
    pack(robin, "galh 8765 4321")
    expect(told(robin)).to_contain_text(SPARE)
    ship(robin)

    page.goto("/settings/epcs/")
    expect(card(page)).to_contain_text("On its way")
    token = Fob(open_devices(page), SPARE)
    card(page).get_by_role("link", name="Add").click()
    expect(page.get_by_label("Token Serial Number")).to_have_value(SPARE)
    fill_pair(page, *token.press_twice())
    press(page, "Next")
    expect(told(page)).to_contain_text("Hardware token added")
    portal.run(rows.FOLLOW_SPARES)
    robin.reload()
    expect(robin.locator("main")).to_contain_text("Activated")


def test_a_refund_ends_the_order(page, visits):
    sign_in(page, "mreyes")
    order(page)
    pay(page)
    is_ordered(page)
    robin = visits.open()
    sign_in(robin, "rhale")
    enter_support_site(robin, Fob(robin, ROBINS))
    open_order(robin, "Reyes")
    follow(robin, "Cancel and refund")
    robin.get_by_label("reason").fill("She found the old one.")
    press(robin, "Cancel and refund")

    Phone(open_devices(page)).wait_for("was refunded")
    page.reload()
    heading(page, "This order was refunded")
    page.goto("/settings/epcs/")
    expect(card(page)).not_to_contain_text("On its way")


def test_an_order_is_its_buyers_alone(page, visits):
    sign_in(page, "mreyes")
    order(page)
    pay(page)
    is_ordered(page)
    theirs = page.url.partition("?")[0]
    visits.watch.expect_status(404)
    alan = visits.open()
    sign_in(alan, "aokafor")

    for path in ("", "pay/", "receipt.pdf", "status.json"):
        answer = alan.goto(f"{theirs}{path}")
        assert answer is not None
        assert answer.status == 404
    alan.goto("/epcs/orders/")
    expect(alan.locator("main")).to_contain_text("You have not ordered anything yet.")


def test_an_administrator_orders_for_a_prescriber_of_the_practice(page):
    sign_in(page, "dwhitfield")
    follow(page, "EPCS Setup")
    follow(page, "Edit Sam Nguyen, NP")
    follow(page, "Order Spare Hardware Token")
    fill_home(page)
    press(page, "Pay Now")
    expect(problem(page)).to_contain_text("goes to the practice's address on record")
    page.get_by_label("Practice Address").check()
    page.get_by_label("Address", exact=True).fill(MARIAS_STREET)
    page.get_by_label("Suite, unit or floor").fill("Suite 200")
    page.get_by_label("City").fill("Burlington")
    page.get_by_label("Zip", exact=True).fill("05401")
    pay_now(page)
    go_to_payment(page)
    pay(page)

    is_ordered(page)
    expect(page.locator("main")).to_contain_text("Sam Nguyen, NP")
