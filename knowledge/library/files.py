"""Reading content files: YAML and front matter, with errors that name file, field and fix."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from knowledge.errors import ContentError

_Model = TypeVar("_Model", bound=BaseModel)
_FENCE: Final = "---"
_BOOLEAN: Final = "tag:yaml.org,2002:bool"
# libyaml's loader reads the shipped base in a sixth of the time of the pure Python one.
_YAML_1_1: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# As in YAML 1.2, only true and false are booleans: `on:` is a field of an approval, and patients
# type "yes" and "no".
_LOADER: Final[Any] = type(
    "_Loader",
    (_YAML_1_1,),
    {
        "yaml_implicit_resolvers": {
            first: [rule for rule in rules if rule[0] != _BOOLEAN]
            for first, rules in _YAML_1_1.yaml_implicit_resolvers.items()
        }
    },
)
_LOADER.add_implicit_resolver(_BOOLEAN, re.compile(r"(?:true|false|True|False)$"), list("tfTF"))


def read_text(path: Path) -> str:
    """Returns the file's text.

    Raises:
        ContentError: if it is missing or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ContentError(path, "file", "is missing", "restore it") from error
    except UnicodeDecodeError as error:
        raise ContentError(
            path, "file", f"is not UTF-8 ({error.reason})", "save as UTF-8"
        ) from error


def read_yaml(path: Path) -> Any:
    """Returns the YAML document of a file."""
    return parse_yaml(read_text(path), path)


def parse_yaml(text: str, path: Path, first_line: int = 1) -> Any:
    """Returns the YAML document in `text`.

    Args:
        text: the document.
        path: where it comes from, for the error.
        first_line: the line of the file on which `text` starts.

    Raises:
        ContentError: if it is not YAML; the error names the line.
    """
    try:
        return yaml.load(text, Loader=_LOADER)  # noqa: S506 -- a safe loader, the C one
    except yaml.MarkedYAMLError as error:
        line = first_line + (error.problem_mark.line if error.problem_mark else 0)
        raise ContentError(
            path, f"line {line}", f"is not valid YAML ({error.problem})", "quote or indent it"
        ) from error


def split_front_matter(path: Path) -> tuple[Any, str]:
    """Returns the front matter (parsed) and the body of a FAQ file.

    Raises:
        ContentError: if there is no front matter between two ``---`` lines.
    """
    lines = read_text(path).splitlines()
    if not lines or lines[0].strip() != _FENCE or _FENCE not in (s.rstrip() for s in lines[1:]):
        raise ContentError(
            path, "front matter", "is missing", "start the file with a block between --- lines"
        )
    end = next(i for i, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE)
    front = parse_yaml("\n".join(lines[1:end]), path, first_line=2)
    return front, "\n".join(lines[end + 1 :]).strip()


def validate(model: type[_Model], data: Any, path: Path, within: str = "") -> _Model:
    """Returns `data` as the model.

    Args:
        model: what it has to be.
        data: the parsed document, or a part of it.
        path: where it comes from, for the error.
        within: the field that the part is the value of, for the error.

    Raises:
        ContentError: naming the first field that is wrong.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in (*within.split(), *first["loc"])) or "document"
        raise ContentError(
            path, field, first["msg"], "see docs/knowledge.md for the format"
        ) from error
