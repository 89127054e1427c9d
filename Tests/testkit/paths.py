"""Where things are: the repository and the programs that are run."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


class MissingTool(Exception):
    """A program that is needed is not there; skipping would hide it."""


def tool(*names: str, installed_by: str = "make setup") -> str:
    """The path of the first of these names that is installed; distributions name some programs differently."""
    for name in names:
        found = shutil.which(name)
        if found:
            return found
    raise MissingTool(f"{' or '.join(names)} is not installed; `{installed_by}` installs it")


def ifinu() -> str:
    """The program under test: IFINU_BINARY, else what was built, the release first."""
    named = os.environ.get("IFINU_BINARY")
    candidates = [Path(named)] if named else [REPOSITORY / ".build" / kind / "ifinu" for kind in ("release", "debug")]
    for candidate in candidates:
        if os.access(candidate, os.X_OK):
            return str(candidate)
    raise MissingTool(f"no program at {', '.join(map(str, candidates))}; `make release` builds it")
