from __future__ import annotations

from pathlib import Path

import pytest

from tests.knowledge_copy import copy_base


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return copy_base(tmp_path)
