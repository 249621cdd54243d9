"""A receipt as PDF. The only importer of fpdf."""

from __future__ import annotations

import unicodedata
from typing import Any

from fpdf import FPDF
from fpdf.enums import WrapMode, XPos, YPos

SIZE, LEADING = 11, 6.5  # points; millimetres
LABELS, AMOUNTS = 45, 35  # millimetres


def pdf_of(receipt: dict[str, Any]) -> bytes:
    """Return the receipt (``receipts.receipt_of``) on one page of US Letter."""
    pdf = FPDF(format="letter")
    pdf.set_title(_plain(f"Receipt {receipt['number']}"))
    pdf.set_author("EPCS Portal")
    pdf.set_margin(25)
    pdf.add_page()
    _line(pdf, "Receipt", size=20, style="B", leading=12)
    if receipt["demo"]:
        _line(pdf, "Demo - not a real payment", style="B")
    pdf.ln(LEADING)
    for fact in receipt["facts"]:
        _fact(pdf, fact["label"], [fact["value"]])
    _fact(pdf, "Ship to", receipt["ship_to"])
    pdf.ln(LEADING)
    for row in receipt["rows"]:
        _amount(pdf, row["label"], row["amount"])
    pdf.line(pdf.l_margin, pdf.get_y() + 1, pdf.w - pdf.r_margin, pdf.get_y() + 1)
    pdf.ln(2)
    _amount(pdf, receipt["total_label"], receipt["total"], style="B")
    pdf.ln(LEADING)
    if receipt["expected"]:
        _line(pdf, f"Expected to arrive by {receipt['expected']}.")
    _line(pdf, receipt["seller"])
    _line(pdf, f"Questions about this order: {receipt['support_phone']}.")
    return bytes(pdf.output())


def _line(
    pdf: FPDF, text: str, *, size: int = SIZE, style: str = "", leading: float = LEADING
) -> None:
    pdf.set_font("Helvetica", style, size)
    pdf.multi_cell(0, leading, _plain(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")


def _fact(pdf: FPDF, label: str, lines: list[str]) -> None:
    pdf.set_font("Helvetica", "", SIZE)
    pdf.cell(LABELS, LEADING, _plain(label))
    pdf.multi_cell(
        0,
        LEADING,
        _plain("\n".join(lines)),
        new_x=XPos.LMARGIN,
        new_y=YPos.NEXT,
        align="L",
        wrapmode=WrapMode.CHAR,
    )


def _amount(pdf: FPDF, label: str, amount: str, *, style: str = "") -> None:
    pdf.set_font("Helvetica", style, SIZE)
    pdf.cell(pdf.epw - AMOUNTS, LEADING, _plain(label))
    pdf.cell(AMOUNTS, LEADING, amount, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _plain(text: str) -> str:
    """Return the text in the letters that every PDF reader brings along: Latin-1.

    Other letters lose their accents, as on a parcel's label; what has no such letter is a "?".
    """
    text = text.replace("\u2013", "-")
    return "".join(
        each if _is_latin1(each) else _bare(each) for each in unicodedata.normalize("NFC", text)
    )


def _is_latin1(letter: str) -> bool:
    return ord(letter) < 256


def _bare(letter: str) -> str:
    kept = [each for each in unicodedata.normalize("NFKD", letter) if _is_latin1(each)]
    return "".join(kept) or "?"
