from __future__ import annotations

from pathlib import Path

import pytest

from bot.setup import uv


def test_uv_gets_what_pip_knows_when_it_was_told_nothing_itself(tmp_path: Path) -> None:
    environ = {"PIP_FIND_LINKS": f"{tmp_path} other", "PIP_CERT": "bundle.crt"}

    wanted = uv.environment(environ)

    assert wanted["UV_FIND_LINKS"] == f"{tmp_path},other"
    assert wanted["SSL_CERT_FILE"] == "bundle.crt"


def test_uv_keeps_its_own_value_when_pip_has_another() -> None:
    wanted = uv.environment({"PIP_CERT": "pip.crt", "SSL_CERT_FILE": "own.crt"})

    assert "SSL_CERT_FILE" not in wanted


@pytest.mark.parametrize(("wheel", "backend"), [(True, None), (False, "cpu")])
def test_uv_uses_the_cpu_index_when_no_folder_has_the_wheel(
    tmp_path: Path, wheel: bool, backend: str | None
) -> None:
    if wheel:
        (tmp_path / "torch-2.13.0+cpu-cp311-cp311-linux_x86_64.whl").touch()

    wanted = uv.environment({"PIP_FIND_LINKS": str(tmp_path)})

    assert wanted.get("UV_TORCH_BACKEND") == backend


def test_uv_keeps_the_chosen_backend_when_one_is_set() -> None:
    assert uv.environment({"UV_TORCH_BACKEND": "auto"})["UV_TORCH_BACKEND"] == "auto"
