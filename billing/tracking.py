"""Where a parcel is: the carrier's own page."""

from __future__ import annotations

from billing.models import TokenOrder

CARRIER_PAGES = {
    TokenOrder.Carrier.USPS: "https://tools.usps.com/go/TrackConfirmAction?tLabels=",
    TokenOrder.Carrier.UPS: "https://www.ups.com/track?tracknum=",
    TokenOrder.Carrier.FEDEX: "https://www.fedex.com/fedextrack/?trknbr=",
}


def tracking_of(order: TokenOrder) -> dict[str, str] | None:
    """Return the carrier, the number and its page; None until it was shipped."""
    if not order.tracking_number:
        return None
    page = CARRIER_PAGES[TokenOrder.Carrier(order.carrier)]
    return {
        "carrier": order.get_carrier_display(),
        "number": order.tracking_number,
        "url": page + order.tracking_number,
    }
