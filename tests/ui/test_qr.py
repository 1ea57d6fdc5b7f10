"""A QR code, or none."""

from weightkit.ui.qr import BYTES, qr_code


def test_a_code_up_to_what_one_holds_and_none_beyond():
    assert str(qr_code("http://x/" + "a" * (BYTES - 9))).startswith("<svg")
    assert qr_code("http://x/" + "a" * (BYTES - 8)) is None
    assert qr_code("http://x/" + "ä" * BYTES) is None
