"""The numbers of the trade. Each has a unit and a source; they outrank every other text."""

from __future__ import annotations

from datetime import timedelta

# One-time passwords
ACCEPTANCE_PRESSES = 10  # presses ahead; RFC 4226 section 7.4 asks for the smallest that is usable
ACCEPTANCE_STEPS = 1  # time steps either side of now; RFC 6238 section 5.2
TOKEN_LIVES = timedelta(days=5 * 365)  # what makers give for a battery, where a file says nothing
TOKEN_AGES = timedelta(days=180)  # before the end: time to order a spare
RESYNCHRONIZATION_PRESSES = 1000  # presses ahead, two passwords in a row; RFC 4226 section 7.4
RESYNCHRONIZATION_STEPS = 1000  # time steps either side; RFC 6238 section 6
RESYNCHRONIZATION_GAP_STEPS = 3  # steps between the two passwords: the display must go dark first

OTP_FAILURES_TO_LOCK = 5  # wrong in a row, per token; RFC 4226 section 7.3
OTP_LOCK = timedelta(minutes=15)
OTP_LOCKS_TO_HOLD = 3  # locks; the third within the period below ends only by a designated person
OTP_LOCKS_PERIOD = timedelta(hours=24)
PAIR_TRIES = 5  # resynchronizations per token, and bindings per person, in the period below
PAIR_TRIES_PERIOD = timedelta(hours=1)

# Signing: failed ceremonies, a count of their own; SP 800-63B section 3.2.2
SIGNING_FAILURES_TO_LOCK = 5  # in a row, whichever factor was wrong
SIGNING_LOCK = timedelta(minutes=15)
SIGNING_LOCKS_TO_HOLD = 3  # locks; the third within the period below ends only by a PIN reset
SIGNING_LOCKS_PERIOD = timedelta(hours=24)
PIN_PROOF = timedelta(minutes=5)  # from a token's password to the new EPCS PIN or password
PIN_PROOF_FORGOTTEN_AFTER = timedelta(hours=24)

# EPCS password; SP 800-63B section 3.1.1.2
EPCS_PASSWORD_SHORTEST = 12  # characters
EPCS_PASSWORD_LONGEST = 128
EPCS_PASSWORD_RESET = timedelta(hours=72)  # from the administrator's reset to the new one

ACCESS_CHANGE = timedelta(days=7)  # from entering to executing; rules L-14
CHECK_IS_GOOD_FOR = timedelta(days=30)  # of a DEA registration or license, before it is entered
KNOWN_SINCE = timedelta(days=365)  # at most, of the reason to end access
DESIGNATED_INDIVIDUALS = 2  # at least, of a practice; 21 CFR 1311.125(a)
DEA_RENEWAL_LONGEST_YEARS = 4  # ahead; the DEA renews for three: 21 CFR 1301.13(e)
FRESH_SIGN_IN = timedelta(minutes=15)  # for what administrators open and change; ASVS 7.5.1

QUEUE_SHOWS = timedelta(days=7)  # how long Rx Queue still lists what was signed or canceled

# Registration: lifetimes of the two activation pieces; SP 800-63B section 4.2.1.2
ACTIVATION_BY_PHONE = timedelta(minutes=10)
ACTIVATION_BY_EMAIL = timedelta(hours=24)
ACTIVATION_BY_POST = timedelta(days=21)
ACTIVATION_LETTER_BY_ANOTHER = True  # than the agent who recorded the proofing: one never has both
ACTIVATION_DIGITS_BY_PHONE = 6  # by text or call; at least 6: SP 800-63B section 4.2.1.2
ACTIVATION_DIGITS_BY_ADDRESS = 8  # by email or letter, which live longer
PROOFING_OLDEST = timedelta(days=365)  # from its completion to its recording; ours, no rule's
ENROLLMENT_GRANT = timedelta(hours=24)  # the first binding, after registration; 21 CFR 1311.105(c)

# Step-up: once per session, as the articles say; ASVS 7.5.1 sets the ends
STEP_UP_IDLE = timedelta(minutes=15)
STEP_UP_TOTAL = timedelta(minutes=60)
STEP_UP_SEEN_EVERY = timedelta(minutes=1)

# Codes by text and call (out of band, SP 800-63B section 3.1.3)
CODE_LIVES = timedelta(minutes=10)
CODE_FAILURES_TO_LOCK = 5  # wrong in a row, per person; a new code does not begin the count anew
CODE_LOCK = timedelta(minutes=15)
CODE_LOCKS_TO_HOLD = 3  # locks; the third within the period below ends only by a token's password
CODE_LOCKS_PERIOD = timedelta(hours=24)
CODE_RESEND_AFTER = timedelta(seconds=30)  # to the same phone, for the same purpose
CODE_SENDS = 3  # per phone, in the period below
CODE_SENDS_PERIOD = timedelta(minutes=30)
CODE_SENDS_AN_HOUR = 5  # per person, and per number whosever it is
CODE_SENDS_A_DAY = 2000  # of the whole portal: a ceiling on what toll fraud can cost
CODES_FORGOTTEN_AFTER = timedelta(hours=24)
BACKUP_PHONES = 3  # per person; a database constraint says so too
PHONE_REGIONS = ("US", "PR")  # whose numbers are called: the North American plan has 24 countries

# Mobile ID
PAIRING_LINK = timedelta(minutes=10)  # binding code, SP 800-63B section 4.1.2.2
MOBILE_ID_SETUP = timedelta(minutes=15)  # candidate seeds, from their drawing to their proof
PUSH_LIVES = timedelta(minutes=5)
PUSH_REQUESTS = 3  # per person, in the period below; SP 800-63B section 3.1.3 on push fatigue
PUSH_REQUESTS_PERIOD = timedelta(minutes=10)
PUSH_FINISHED_WITHIN = timedelta(minutes=2)  # from the phone's answer to the page that asked
DEVICE_NONCE = timedelta(minutes=1)

# Outbox
OUTBOX_CLAIM = timedelta(seconds=60)
OUTBOX_ATTEMPTS = 6
OUTBOX_FIRST_RETRY = timedelta(seconds=10)  # doubled each time: 10, 20, 40, 80, 160
GATEWAY_TIMEOUT_SECONDS = 10
MESSAGES_FORGOTTEN_AFTER = timedelta(days=90)

REPORTS_TOLD = 3  # of a person's reports of a loss, contacts and designees are told, in the period
REPORTS_TOLD_PERIOD = timedelta(hours=1)
REVOCATION_CASE = timedelta(hours=24)
FRESH_STEP_UP = timedelta(minutes=5)  # for revoking everything: proven a moment ago
CHECKPOINT_LETTER = timedelta(days=1)  # after which a newer checkpoint says more

STAFF_VIEW_NOTED_EVERY = timedelta(hours=1)  # per agent or administrator, and person; rules A-16

# "This wasn't me"
NOT_ME_LINK = timedelta(days=7)

# Argon2id, for sign-in passwords, EPCS PINs and EPCS passwords: OWASP's parameters
ARGON2_MEMORY = 19_456  # KiB
ARGON2_PASSES = 2
ARGON2_LANES = 1

# Session, in seconds; SP 800-63B section 2.2.3
SESSION_IDLE_SECONDS = 15 * 60
SESSION_TOTAL_SECONDS = 12 * 3600
SESSION_SEEN_EVERY_SECONDS = 60

# Sign-in: a delay per username and network, never a lock that an outsider can cause
SIGN_IN_FREE_ATTEMPTS = 3
SIGN_IN_FIRST_DELAY_SECONDS = 5
SIGN_IN_LONGEST_DELAY_SECONDS = 900
SIGN_IN_NETWORK_FREE_ATTEMPTS = 50
SIGN_IN_NETWORK_ONE_BACK_SECONDS = 60  # each gives one back; the longest wait neighbors can cause
SIGN_IN_FORGOTTEN_AFTER = timedelta(hours=24)
KNOWN_BROWSER_SECONDS = 180 * 24 * 3600  # how long a browser that signed in is remembered

# Form keys, in seconds
FORM_KEY_SECONDS = 12 * 3600
FORM_ANSWER_WAIT_SECONDS = 10  # one post of a person in each process waits, and holds a thread
FORM_CLAIM_SECONDS = 60
FORM_KEPT_SECONDS = 24 * 3600

# Orders of spare hardware tokens
SPARE_ARRIVES_WITHIN = 5  # business days from the order; the article says three to five
SPARE_TRAVELS_FOR = 3  # business days from the day it was handed to the carrier, at least
SPARE_RECALLED_AFTER = timedelta(days=30)  # from its sending; then nobody can add it any more
STOCK_REORDER_AT = 10  # free tokens; at so many or fewer support is told to order more
CHECKOUT_LIVES = timedelta(hours=23)  # Stripe takes 30 minutes to 24 hours
STRIPE_TOLERANCE_SECONDS = 300  # age of a signed event; Stripe's own default
PAYMENT_LOOKED_UP_AFTER = timedelta(minutes=5)  # without an event; then as often again
PAYMENT_EVENTS_TRIED_FOR = timedelta(days=3)  # as long as Stripe sends one again
