"""Tours of ordering, for who buys and for who packs."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page

from tests.journeys import rows
from tests.journeys.hands import Fob, follow, press, sign_in
from tests.journeys.ordering import DECLINES, fill_card, fill_home, open_order, pack, ship
from tests.journeys.portal import Portal
from tests.journeys.support import ROBINS, enter_support_site

NEW, ORDERS = "/epcs/orders/new/", "/epcs/orders/"
PAY = "Pay $35.00"


def who_orders_a_spare(page: Page, portal: Portal) -> Iterator[str]:
    sign_in(page, "mreyes")
    page.goto(ORDERS)
    yield "billing/orders.html"
    page.goto(NEW)
    yield "billing/new.html"
    page.get_by_label("Zip", exact=True).fill("5401")
    page.get_by_label("City").fill("")
    press(page, "Pay Now")
    yield "billing/new.html"
    fill_home(page)
    press(page, "Pay Now")
    yield "tokens/verify_method.html"
    page.goto(NEW)
    page.get_by_label("Practice Address").check()
    page.get_by_label("Address", exact=True).fill("48 Lake Street")
    page.get_by_label("Suite, unit or floor").fill("Suite 200")
    page.get_by_label("City").fill("Burlington")
    page.get_by_label("Zip", exact=True).fill("05401")
    press(page, "Pay Now")
    yield "billing/pay.html"
    order = page.url.partition("pay/")[0]
    page.goto(f"{order}?session_id=unknown")
    yield "billing/confirming.html"
    page.goto(f"{order}pay/?canceled=1")
    yield "billing/pay.html"
    yield from _past_payment(page)
    portal.run(rows.LOOK_UP_PAYMENTS)
    page.goto(order)
    yield "billing/order.html"
    page.goto(ORDERS)
    yield "billing/orders.html"
    page.goto(NEW)
    yield "billing/closed.html"
    portal.run(rows.HOLD_THE_ORDER)
    page.goto(order)
    yield "billing/order.html"


def who_has_nothing_to_verify_with(page: Page, portal: Portal) -> Iterator[str]:
    sign_in(page, "snguyen")
    page.goto(NEW)
    fill_home(page)
    press(page, "Pay Now")
    yield "tokens/nothing_to_verify.html"
    follow(page, "Change where it goes")
    yield "billing/new.html"
    page.goto("/demo/devices/")
    page.get_by_role("button", name="Payment service down").click()
    page.goto(NEW)
    page.get_by_label("Practice Address").check()
    page.get_by_label("Address", exact=True).fill("48 Lake Street")
    page.get_by_label("Suite, unit or floor").fill("Suite 200")
    page.get_by_label("City").fill("Burlington")
    page.get_by_label("Zip", exact=True).fill("05401")
    press(page, "Pay Now")
    yield "billing/pay.html"
    press(page, "Pay Now")
    yield "billing/pay.html"


def _past_payment(page: Page) -> Iterator[str]:
    follow(page, "Continue to payment")
    payment = page.url
    yield "demo/pay.html"
    press(page, PAY)
    yield "demo/pay.html"
    fill_card(page, DECLINES, cvv="12")
    press(page, PAY)
    yield "demo/pay.html"
    fill_card(page)
    press(page, PAY)
    page.goto(payment)
    yield "demo/pay_over.html"


def an_agent_with_orders(page: Page, portal: Portal) -> Iterator[str]:
    portal.run(rows.SEND_A_SPARE)
    sign_in(page, "mreyes")
    page.goto(NEW)
    press(page, "Pay Now")
    follow(page, "Continue to payment")
    fill_card(page)
    press(page, PAY)
    portal.run(rows.LOOK_UP_PAYMENTS)
    press(page, "Sign out")
    sign_in(page, "rhale")
    enter_support_site(page, Fob(page, ROBINS))
    open_order(page, "Reyes")
    yield "support/order.html"
    follow(page, "Pack")
    yield "support/action.html"
    page.go_back()
    pack(page, "GALH87654321")
    yield "support/action.html"
    open_order(page, "Reyes")
    pack(page, "GALH13572468")
    yield "support/order.html"
    follow(page, "Cancel and refund")
    yield "support/action.html"
    open_order(page, "Reyes")
    follow(page, "Ship")
    yield "support/action.html"
    open_order(page, "Reyes")
    ship(page)
    yield "support/order.html"
    portal.run(rows.HOLD_THE_ORDER)
    page.reload()
    yield "support/order.html"


TOURS_OF_ORDERS = [who_orders_a_spare, who_has_nothing_to_verify_with, an_agent_with_orders]
