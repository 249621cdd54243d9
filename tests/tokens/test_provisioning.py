"""What an authenticator app reads: the address, and the QR code that holds it."""

from __future__ import annotations

import re
import secrets
from urllib.parse import parse_qs, urlsplit

import pyotp
import zxingcpp
from PIL import Image

from tokens import provisioning

SEED = secrets.token_bytes(20)


def picture_of(svg: str) -> Image.Image:
    """Draw the paths of the code as a browser does: one pixel a square."""
    size = int(re.search(r'viewBox="0 0 ([0-9]+) ', svg)[1])
    image = Image.new("L", (size, size), 255)
    [path] = re.findall(r'<path[^>]* d="(M[^"]+)" stroke', svg) or re.findall(
        r'stroke="#000"[^>]* d="([^"]+)"', svg
    )
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([-0-9. ]+)", path):
        values = [float(number) for number in re.findall(r"-?[0-9.]+", numbers)]
        if command == "h":
            for step in range(int(values[0])):
                image.putpixel((int(x) + step, int(y)), 0)
            x += values[0]
        else:
            x, y = (values[0], values[1]) if command == "M" else (x + values[0], y + values[1])
    return image.resize((size * 4, size * 4), Image.Resampling.NEAREST)


def test_the_code_decodes_to_the_address_and_the_address_has_the_key():
    address = provisioning.address_of(SEED, account="snguyen")

    [found] = zxingcpp.read_barcodes(picture_of(provisioning.qr_code_of(address)))

    assert found.text == address
    parts = urlsplit(found.text)
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    query = parse_qs(parts.query)
    assert query["secret"] == [provisioning.key_of(SEED)]
    assert query["issuer"] == ["EPCS Portal"]
    assert pyotp.parse_uri(found.text).secret == provisioning.key_of(SEED)


def test_the_picture_keeps_the_strict_policy():
    svg = provisioning.qr_code_of(provisioning.address_of(SEED, account="snguyen"))

    assert "style" not in svg
    assert "<script" not in svg
    assert "<title>" in svg


def test_the_key_stands_in_groups_for_who_types_it():
    assert provisioning.in_groups("JBSWY3DPEHPK3PXP") == "JBSW Y3DP EHPK 3PXP"
