"""Each list of the support site. To import them is to register them."""

from epcs_portal.support.admins import access, factors, people, records, stock

__all__ = ["access", "factors", "people", "records", "stock"]
