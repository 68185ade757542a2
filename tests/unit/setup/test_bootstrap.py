"""Set-up starts before anything is installed, under whatever Python 3 there is."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from bot.setup import interpreters
from bot.setup.problems import SetupError

ROOT = Path(__file__).parents[3]
FILES = [ROOT / "bot" / "__init__.py", *sorted((ROOT / "bot" / "setup").glob("*.py"))]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_bootstrap_is_python_3_8_when_it_is_parsed(file: Path) -> None:
    ast.parse(file.read_text(), feature_version=(3, 8))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_bootstrap_needs_only_the_standard_library_when_it_is_imported(file: Path) -> None:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    foreign = {n for n in names if n.partition(".")[0] not in sys.stdlib_module_names}

    assert all(name == "bot.setup" or name.startswith("bot.setup.") for name in foreign)


def test_versions_are_refused_when_the_file_has_not_two_lines(tmp_path: Path) -> None:
    (tmp_path / ".python-version").write_text("3.11\n")

    with pytest.raises(SetupError, match="give two lines"):
        interpreters.wanted(tmp_path)


def test_interpreter_is_found_in_pyenv_when_path_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    folder = tmp_path / "versions" / f"{version}.99" / "bin"
    folder.mkdir(parents=True)
    (folder / "python").symlink_to(sys.executable)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))

    assert list(interpreters.candidates(version)) == [str(folder / "python")]
    assert interpreters.works(str(folder / "python"), version)
    assert not interpreters.works(str(folder / "python"), "3.9")
