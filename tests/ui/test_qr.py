"""A QR code, or none."""

import pytest

from weightkit.charts.qr import BYTES
from weightkit.ui.qr import qr_code, unreachable


def test_a_code_up_to_what_one_holds_and_none_beyond():
    assert str(qr_code("http://x/" + "a" * (BYTES - 9))).startswith("<svg")
    assert qr_code("http://x/" + "a" * (BYTES - 8)) is None
    assert qr_code("http://x/" + "ä" * BYTES) is None


@pytest.mark.parametrize(
    ("host", "who"),
    [
        ("localhost:8501", "no other device"),
        ("127.0.0.1:8501", "no other device"),
        ("[::1]:8501", "no other device"),
        ("192.168.1.20:8501", "inside this network"),
        ("10.0.0.4", "inside this network"),
        ("lecturer", "inside this network"),
        ("lecturer.local", "inside this network"),
        ("weightkit.example.org", ""),
        ("8.8.8.8", ""),
    ],
)
def test_a_local_address_is_warned_of(host, who):
    said = unreachable(f"https://{host}/variance_sweep?std=1")
    assert who in said if who else said == ""
