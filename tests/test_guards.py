"""The tests' own rules hold."""

from __future__ import annotations

import socket

import pytest


@pytest.mark.reaches_out
def test_a_test_that_reaches_out_is_refused() -> None:
    with socket.socket() as client, pytest.raises(OSError, match="stay on this machine"):
        client.connect(("192.0.2.1", 80))
    with pytest.raises(OSError, match="stay on this machine"):
        socket.getaddrinfo("example.org", 80)
