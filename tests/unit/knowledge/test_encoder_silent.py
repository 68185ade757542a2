"""ONNX Runtime reports nothing about this installation to its maker."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("module", ["onnx_encoder", "quantise"])
def test_onnx_runtime_makes_no_device_id_when_the_encoder_is_imported(
    tmp_path: Path, module: str
) -> None:
    environ = {k: v for k, v in os.environ.items() if k != "ORT_DISABLE_TELEMETRY"}
    environ |= {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}

    subprocess.run(
        [sys.executable, "-c", f"import knowledge.encoder.{module}"], env=environ, check=True
    )

    assert list(tmp_path.rglob("deviceid")) == []
