"""What each schedule of controlled substances allows. Pure; each rule names its section.

A schedule is ``II``, ``III``, ``IV`` or ``V``. What a registration allows is written as on a
DEA certificate: ``2``, ``2N``, ``3``, ``3N``, ``4``, ``5``, where N is non-narcotic.
"""

from __future__ import annotations

from datetime import date

MOST_REFILLS = {
    "II": 0,  # 21 CFR 1306.12(a): none
    "III": 5,  # 21 CFR 1306.22(a)
    "IV": 5,  # 21 CFR 1306.22(a)
    "V": 5,  # no federal limit in 1306.22; states set one, and this is the portal's
}
REFILLABLE_MONTHS = 6  # after the date of issue; 21 CFR 1306.22(a), and the portal's for V


def refills_problem(schedule: str, refills: int) -> str:
    """Return why so many refills are not allowed, or "" (21 CFR 1306.12(a), 1306.22(a))."""
    most = MOST_REFILLS[schedule]
    if refills <= most:
        return ""
    if schedule == "II":
        return "Schedule II prescriptions cannot be refilled. Enter 0 and write a new one later."
    whose = "At this portal" if schedule == "V" else "By federal law"
    return (
        f"{whose} a schedule {schedule} prescription has at most {most} refills. "
        f"Enter {most} or fewer."
    )


def last_fill_day(schedule: str, issued_on: date) -> date | None:
    """Return the last day on which it may be filled or refilled; None for schedule II.

    Six calendar months after the date of issue (21 CFR 1306.22(a)); of a day that month lacks,
    the last there is.
    """
    if schedule == "II":
        return None
    years, month = divmod(issued_on.month - 1 + REFILLABLE_MONTHS, 12)
    year, month = issued_on.year + years, month + 1
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    last_of_month = (first_of_next - date.resolution).day
    return date(year, month, min(issued_on.day, last_of_month))


def code_of(schedule: str, *, is_narcotic: bool) -> str:
    """Return how a DEA certificate writes the authority that a drug needs."""
    number = {"II": "2", "III": "3", "IV": "4", "V": "5"}[schedule]
    return f"{number}N" if number in "23" and not is_narcotic else number


def may_prescribe(registered_for: str, schedule: str, *, is_narcotic: bool) -> bool:
    """Return whether a registration for ``"2,2N,3,3N,4,5"`` covers the drug (1311.100(b)(1))."""
    codes = {code.strip() for code in registered_for.split(",")}
    return code_of(schedule, is_narcotic=is_narcotic) in codes
