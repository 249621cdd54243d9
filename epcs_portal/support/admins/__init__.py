"""Each list of the support site. To import them is to register them."""

from epcs_portal.support.admins import access, factors, orders, people, records, stock

__all__ = ["access", "factors", "orders", "people", "records", "stock"]
