from __future__ import annotations

import socket
import struct
import time

import pytest

from bot.channels.sms.simulator import Carrier, SimulatorServer
from bot.setting_values import Bind

#: Closes with a reset, as the connections of a killed process do.
_RESET = struct.pack("ii", 1, 0)


def test_terminal_stays_quiet_when_a_caller_goes_away(capsys: pytest.CaptureFixture[str]) -> None:
    server = SimulatorServer(Bind("127.0.0.1", 0), Carrier("AC0", lambda _text: None))
    with server.serving():
        host, port = server.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=5) as caller:
            caller.sendall(b"POST /2010-04-01")
            time.sleep(0.2)
            caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        time.sleep(0.3)
    assert "Traceback" not in capsys.readouterr().err
