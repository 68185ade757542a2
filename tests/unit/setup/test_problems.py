from __future__ import annotations

from pathlib import Path

import pytest

from bot.setup.problems import explain, last_line

LOG = Path("var/log/setup/step.log")


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (
            "error: failed to write\n  Caused by: No space left on device (os error 28)",
            "disk is full",
        ),
        ("error: Request failed\n  Caused by: dns error: failed to lookup address", "no network"),
        (
            "cause: Failed to fetch: https://index.example/click/\ncause: Connection refused",
            "no network: Failed to fetch: https://index.example/click/: check",
        ),
        (
            "error: Request failed\n  cause: Failed to fetch: https://torch.example/cpu/torch/\n",
            "PyTorch's CPU build was not found",
        ),
        ("error: invalid peer certificate: UnknownIssuer", "set SSL_CERT_FILE"),
        (
            (
                "No solution found when resolving dependencies:\n  Because there is no version of"
                " torch==2.13.0+cpu and you require torch==2.13.0+cpu, your requirements are"
                " unsatisfiable."
            ),
            "PyTorch's CPU build was not found",
        ),
    ],
)
def test_explanation_says_what_to_do_when_the_cause_is_known(output: str, expected: str) -> None:
    text = explain("app environment", output, Path("/"), LOG)

    assert text.startswith("app environment: ")
    assert expected in text
    assert "\n" not in text


def test_explanation_is_the_last_line_when_the_cause_is_unknown() -> None:
    output = (
        'Traceback (most recent call last):\n  File "x.py"\nContentError: a.md: sms: too long\n\n'
    )

    text = explain("build index", output, Path("/"), LOG)

    assert text == f"build index: ContentError: a.md: sms: too long (all of it: {LOG})"


def test_explanation_names_no_log_when_one_line_is_all_there_is() -> None:
    text = explain("build index", "a.md: sms: is too long: shorten it\n", Path("/"), LOG)

    assert text == "build index: a.md: sms: is too long: shorten it"


def test_last_line_says_so_when_nothing_was_printed() -> None:
    assert "printed nothing" in last_line(" \n")
