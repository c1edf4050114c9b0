"""Where the program is looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from zoho_crm_mock import _program


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.delenv("ZOHO_MOCK_BIN", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setattr(_program, "_folders", lambda: iter([tmp_path / "scripts"]))
    return tmp_path


def put(folder: Path) -> str:
    folder.mkdir()
    program = folder / "zoho-crm-mock"
    program.touch(0o755)
    return str(program)


def test_it_is_beside_the_package_before_it_is_on_the_path(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(FileNotFoundError, match="ZOHO_MOCK_BIN"):
        _program.program()
    on_path = put(nowhere / "path")
    assert _program.program() == on_path
    beside = put(nowhere / "scripts")
    assert _program.program() == beside
    monkeypatch.setenv("ZOHO_MOCK_BIN", "chosen")
    assert _program.program() == "chosen"


def test_the_folders_of_installers() -> None:
    assert all(it.is_absolute() for it in _program._folders())  # noqa: SLF001
