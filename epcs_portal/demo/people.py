"""Who works at the demo practice. Plain data: the demo settings read it before Django is set up.

None of them exists. The NPIs and DEA numbers have right check digits and are too low ever to have
been given to anybody, except 1234567893, the example that CMS publishes.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Person:
    username: str
    first_name: str
    last_name: str
    credentials: str = ""  # a prescriber has some
    npi: str = ""
    dea_number: str = ""
    is_registered: bool = False
    executor: str = ""  # who executed the access change that lets this prescriber sign
    serial: str = ""  # of the hardware token held from the start
    pin: str = ""
    phone: str = ""  # backup phone, by text message
    is_erx_administrator: bool = False
    is_designated: bool = False
    is_support: bool = False

    @property
    def name(self) -> str:
        return ", ".join(filter(None, [f"{self.first_name} {self.last_name}", self.credentials]))


MARIA = Person(
    username="mreyes",
    first_name="Maria",
    last_name="Reyes",
    credentials="MD",
    npi="1234567893",
    dea_number="FR0000012",
    is_registered=True,
    executor="aokafor",
    serial="GALH12345678",
    pin="4827",
    phone="+18025550187",
    # Alan cannot execute his own access change, so there is a third designated individual.
    is_designated=True,
)
SAM = Person(
    username="snguyen",
    first_name="Sam",
    last_name="Nguyen",
    credentials="NP",
    npi="1000000004",
    dea_number="MN0000024",
    is_registered=True,
    executor="aokafor",
)
ALAN = Person(
    username="aokafor",
    first_name="Alan",
    last_name="Okafor",
    credentials="MD",
    npi="1000000012",
    dea_number="BO0000036",
    is_registered=True,
    executor="mreyes",
    serial="GALH24681357",
    pin="5938",
    is_designated=True,
)
# Invited. Robin records her identity proofing on the support site; her phone is (802) 555-0144.
IRIS = Person(
    username="ivance",
    first_name="Iris",
    last_name="Vance",
    credentials="MD",
    npi="1000000020",
    dea_number="FV0000048",
)
DANA = Person(
    username="dwhitfield",
    first_name="Dana",
    last_name="Whitfield",
    is_erx_administrator=True,
    is_designated=True,
)
ROBIN = Person(
    username="rhale",
    first_name="Robin",
    last_name="Hale",
    serial="GALH55667788",  # opens the support site
    is_support=True,
)

PEOPLE = (MARIA, SAM, ALAN, IRIS, DANA, ROBIN)
STOCK = ("GALH87654321", "GALH13572468", "GALH99887766")

# Whoever is written to in the demo reads it on the virtual phone.
VIRTUAL_GATEWAYS = {
    "text": "epcs_portal.demo.gateways.VirtualTexts",
    "call": "epcs_portal.demo.gateways.VirtualCalls",
    "email": "epcs_portal.demo.gateways.VirtualMail",
}

# And whoever pays in it pays on the virtual payment page.
VIRTUAL_PAYMENTS = "epcs_portal.demo.payments.VirtualPayments"

# The tiles on the sign-in page
ONE_CLICK_PEOPLE = [
    {"username": person.username, "name": person.name, "text": text}
    for person, text in (
        (MARIA, "Prescriber, token already active"),
        (SAM, "Prescriber, nothing set up yet"),
        (DANA, "eRx Administrator"),
    )
]
