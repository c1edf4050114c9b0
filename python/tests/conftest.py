"""The plug-in is loaded by its name where the package is not installed."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

PLUGIN = "zoho_crm_mock.pytest_plugin"
SOURCES = Path(__file__).parent.parent / "src"


def installed() -> bool:
    found: Any = entry_points()
    if sys.version_info >= (3, 10):
        return any(it.value == PLUGIN for it in found.select(group="pytest11"))
    return any(it.value == PLUGIN for it in found.get("pytest11", ()))


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder for a suite that runs in a process of its own, with the plug-in."""
    if not installed():
        monkeypatch.setenv("PYTEST_PLUGINS", PLUGIN)
        monkeypatch.setenv("PYTHONPATH", str(SOURCES))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    return pytester
