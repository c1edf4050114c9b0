"""Where the program is."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

NAME = "zoho-crm-mock"


def program() -> str:
    """Path of the program: `ZOHO_MOCK_BIN`, the one beside this package, or one on `PATH`."""
    chosen = os.environ.get("ZOHO_MOCK_BIN")
    if chosen:
        return chosen
    for folder in _folders():
        path = folder / f"{NAME}{sysconfig.get_config_var('EXE') or ''}"
        if path.is_file():
            return str(path)
    found = shutil.which(NAME)
    if found is None:
        message = f"there is no {NAME} beside this package nor on PATH; ZOHO_MOCK_BIN can name one"
        raise FileNotFoundError(message)
    return found


def _folders() -> Iterator[Path]:
    """Where installers put programs."""
    yield Path(sysconfig.get_path("scripts"))
    yield Path(sysconfig.get_path("scripts", scheme=_user_scheme()))
    # pip install --target
    yield Path(__file__).parent.parent / "bin"


def _user_scheme() -> str:
    if sys.version_info >= (3, 10):
        return sysconfig.get_preferred_scheme("user")
    return "nt_user" if os.name == "nt" else "posix_user"
