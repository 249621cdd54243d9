"""Scripts for ``portal.run``: what no page does, or the clock alone, made of rows."""

from __future__ import annotations

LOCK_TOKENS = """
from datetime import timedelta
from django.utils import timezone
from tokens.models import HardToken
until = timezone.now() + timedelta(minutes=15)
HardToken.objects.exclude(user__username="rhale").update(failures=5, locked_until=until)
"""
TAKE_GRANTS = """
from tokens.models import EnrollmentGrant
EnrollmentGrant.objects.all().delete()
"""
LOCK_SIGNING = """
from datetime import timedelta
from django.utils import timezone
from accounts.models import SigningState
SigningState.objects.update(failures=5, locked_until=timezone.now() + timedelta(minutes=15))
"""
UNLOCK_SIGNING = """
from accounts.models import SigningState
SigningState.objects.update(failures=0, locked_until=None)
"""
LET_PROOFS_END = """
from datetime import timedelta
from django.db.models import F
from accounts.models import KnowledgeProof
KnowledgeProof.objects.update(proven_at=F("proven_at") - timedelta(minutes=5))
"""
RESET_A_PASSWORD = """
from django.utils import timezone
from accounts.flows.reset_password import reset_password
from accounts.models import User
maria, dana = (User.objects.get(username=name) for name in ("mreyes", "dwhitfield"))
reset_password(user=maria, administrator=dana, at=timezone.now())
"""
LET_RESETS_END = """
from datetime import timedelta
from django.db.models import F
from accounts.models import PasswordReset
hours = timedelta(hours=72)
PasswordReset.objects.update(reset_at=F("reset_at") - hours, expires_at=F("expires_at") - hours)
"""
NOTHING_KNOWN = """
from accounts.models import KnowledgeFactor
KnowledgeFactor.objects.filter(user__username="mreyes").delete()
"""
MORE_PATIENTS = """
from accounts.models import Practice
from prescriptions.models import Patient
practice = Practice.objects.get()
for number in range(60):
    Patient.objects.create(
        practice=practice, first_name="Sky", last_name=f"Abara-Montgomery{number}",
        birth_date="2015-02-03", address="1 Elm Court", city="Burlington", state="VT",
        zip_code="05401",
    )
"""
SECOND_REGISTRATION = """
from accounts.models import DeaRegistration
first = DeaRegistration.objects.get(prescriber__user__username="mreyes")
first.pk, first.number, first.state = None, "FR0000060", "NY"
first.save()
"""
END_REGISTRATIONS = """
from accounts.models import DeaRegistration
DeaRegistration.objects.update(status="ended")
"""
THIRD_PHONE = """
from django.utils import timezone
from accounts.models import User
from tokens.models import BackupPhone
now = timezone.now()
BackupPhone.objects.create(
    user=User.objects.get(username="mreyes"), number="+18025550133", delivery="text",
    status="active", place=3, entered_at=now, confirmed_at=now,
)
"""
LOCK_CODES = """
from datetime import timedelta
from django.utils import timezone
from tokens.models import PhoneCodes
PhoneCodes.objects.update(failures=5, locked_until=timezone.now() + timedelta(minutes=15))
"""
HOLD_CODES = """
from django.utils import timezone
from tokens.models import PhoneCodes
PhoneCodes.objects.update(held_at=timezone.now())
"""
TELL_A_LINK = """
from django.utils import timezone
from accounts.models import User
from tokens import notices
from tokens.models import SecurityNotice
maria = User.objects.get(username="mreyes")
change = SecurityNotice.Change.PHONE_ADDED
print(notices.link_of(notices.note(maria, change, at=timezone.now())))
"""
LET_REQUESTS_TIME_OUT = """
from django.utils import timezone
from tokens.models import ApprovalRequest
ApprovalRequest.objects.update(expires_at=timezone.now())
"""
PAIR_A_PHONE = """
from django.utils import timezone
from tokens.models import MobileDevice, SoftToken
token = SoftToken.objects.get()
MobileDevice.objects.create(
    user=token.user, setup=token.seed.setup, soft_token=token, public_key="none", name="A phone",
    paired_at=timezone.now(),
)
"""
NO_CODE_WAS_USED = """
from tokens.models import SoftToken
SoftToken.objects.update(next_factor=0)
"""
LOCK_MOBILE_ID = """
from datetime import timedelta
from django.utils import timezone
from tokens.models import SoftToken
SoftToken.objects.update(failures=5, locked_until=timezone.now() + timedelta(minutes=15))
"""
BIND_BY_PHONE = """
from tokens.models import HardToken
HardToken.objects.update(is_phone_bound=True)
"""
HOLD_TOKENS = """
from django.utils import timezone
from tokens.models import HardToken
HardToken.objects.exclude(user__username="rhale").update(failures=5, held_at=timezone.now())
"""
LET_PASSWORDS_AGE = """
from django.contrib.sessions.models import Session
from accounts.sessions import SessionStore
for row in Session.objects.all():
    session = SessionStore(row.session_key)
    session["password_at"] = session.get("password_at", 0) - 15 * 60 - 1
    session.save()
"""
MUCH_ACTIVITY = """
from django.utils import timezone
from accounts.models import User
from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
maria = User.objects.get(username="mreyes")
with audited_transaction() as trail:
    for event in Event:
        trail.record(event, at=timezone.now(), person=maria, actor=maria, subject="hard token X")
"""
KEEP_OFF_THE_TRAIL = """
from tokens.models import CompromiseReport
CompromiseReport.objects.update(is_on_trail=False)
"""
SEND_A_SPARE = """
from django.utils import timezone
from accounts.models import User
from billing.flows.order_at_no_cost import order_at_no_cost
from billing.flows.pack_order import pack_order
from billing.flows.ship_order import ship_order
sam, robin = (User.objects.get(username=name) for name in ("snguyen", "rhale"))
how = {"agent": robin, "at": timezone.now()}
order = order_at_no_cost(user=sam, reason="Worn out.", **how)
pack_order(order=order, serial="GALH87654321", **how)
ship_order(order=order, carrier="usps", tracking_number="9400100000000000000000", **how)
"""
# Beat does it every minute.
FOLLOW_SPARES = "from billing.tasks import follow_spares; follow_spares()"
# Beat does it for what was not heard of for five minutes.
LOOK_UP_PAYMENTS = """
from django.utils import timezone
from billing.flows.look_up_checkout import look_up_checkout
from billing.models import Checkout
for checkout in Checkout.objects.filter(settled_at=None).select_related("order"):
    look_up_checkout(checkout=checkout, at=timezone.now())
"""
LET_A_MONTH_PASS = """
from datetime import timedelta
from django.db.models import F
from tokens.models import Reservation
Reservation.objects.update(sent_at=F("sent_at") - timedelta(days=31))
"""
HOLD_THE_ORDER = """
from django.utils import timezone
from billing.models import TokenOrder
TokenOrder.objects.update(held_for="other-amount", held_at=timezone.now())
"""
ISSUE_A_CASE = """
from datetime import timedelta
from django.utils import timezone
from accounts.models import User
from tokens.models import RevocationCase
now = timezone.now()
print(RevocationCase.objects.create(
    user=User.objects.get(username="mreyes"), number="CS-7306-4118", reason="Called.",
    issued_by=User.objects.get(username="rhale"), issued_at=now,
    expires_at=now + timedelta(hours=24),
).number)
"""
BREAK = """
from django.db import connection
connection.cursor().execute("ALTER TABLE tokens_hardtoken RENAME TO broken")
"""
