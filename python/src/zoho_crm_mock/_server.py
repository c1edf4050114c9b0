"""A server as a process of its own, or one that runs already, and the orgs on it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
import weakref
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Callable, Union

from zoho_crm_mock._control import Controls, Length, length, moment
from zoho_crm_mock._ends import Ends
from zoho_crm_mock._http import Wire
from zoho_crm_mock._program import program

# The name of a seed in the program, a path, or the seed itself.
Seed = Union[str, Path, Mapping[str, Any]]
Seeds = Union[Seed, Sequence[Seed]]

# Seconds that a server gets to end by itself.
END = 5.0
# Seconds between two looks for the ready file.
LOOK = 0.002


class StartError(RuntimeError):
    """The program did not start; the message is its own."""


class Org(Controls, Ends):
    """An org of a server: its own data, clock, faults and journal, until its `with` block ends."""

    def __init__(self, server: Server, forked: Mapping[str, str]) -> None:
        super().__init__(server.wire, forked["id"], forked["access_token"])
        self.server = server
        self.id = forked["id"]
        self.name = forked["name"]
        # for people, such as the name of a test; others may have the same
        self._label = forked.get("label", "")
        # leads to it whatever token a client sends; at the server's own address tokens decide
        self.url = forked["url"]
        self.refresh_token = forked["refresh_token"]
        self.client_id = forked["client_id"]
        self.client_secret = forked["client_secret"]

    @property
    def label(self) -> str:
        """What people know it by; journal and contract tell it beside what was asked."""
        return self._label

    @label.setter
    def label(self, label: str) -> None:
        changed = self.server.control("PATCH", f"orgs/{self.id}", {"label": label})
        self._label = changed.get("label", "")

    def delete(self) -> None:
        """End it; its tokens are refused from then on."""
        if self.server.orgs.pop(self.id, None) is None or self.server.ended:
            return
        if self.server.before_delete is not None:
            self.server.before_delete(self)
        self.server.control("DELETE", f"orgs/{self.id}")

    def end(self) -> None:
        """End it, as its `with` block does."""
        self.delete()

    def __repr__(self) -> str:
        return f"<Org {self.id} at {self.url}>"


class Server(Controls, Ends):
    """A server that runs, until its `with` block ends; as an org it is the default one."""

    def __init__(
        self, url: str, admin_token: str | None = None, process: _Process | None = None
    ) -> None:
        self.wire = Wire(url, admin_token)
        super().__init__(self.wire, None)
        self.url = self.wire.url
        # orgs that were forked by this object and live
        self.orgs: dict[str, Org] = {}
        # what is done with an org that is about to go
        self.before_delete: Callable[[Org], None] | None = None
        self._process = process

    def org(
        self,
        of: str = "seed",
        *,
        name: str | None = None,
        label: str = "",
        ttl: Length | None = None,
    ) -> Org:
        """Fork an org of the seed, of an org as it is, or of a snapshot of the default org."""
        wanted: dict[str, Any] = {"from": of}
        if name is not None:
            wanted["name"] = name
        if label:
            wanted["label"] = label
        if ttl is not None:
            wanted["ttl"] = length(ttl)
        org = Org(self, self.control("POST", "orgs", wanted))
        self.orgs[org.id] = org
        return org

    @property
    def log(self) -> str:
        """What the process has written to standard error; nothing of one that ran already."""
        return self._process.log() if self._process else ""

    @property
    def ended(self) -> bool:
        """Whether the process has ended, by itself or by `stop()`."""
        return self._process is not None and self._process.popen.poll() is not None

    def stop(self) -> None:
        """Stop the process; one that ran already goes on."""
        self.orgs.clear()
        self.wire.close()
        if self._process is not None:
            self._process.stop()

    def end(self) -> None:
        """Stop it, as its `with` block does."""
        self.stop()

    def __repr__(self) -> str:
        return f"<Server at {self.url}>"


def connect(url: str, *, admin_token: str | None = None) -> Server:
    """Give a server that runs already, such as one in a container."""
    return Server(url, admin_token)


def start(  # noqa: PLR0913 -- these are the options of the program
    *,
    port: int = 0,
    empty: bool = False,
    seed: Seeds | None = None,
    generate: Mapping[str, int] | None = None,
    now: str | datetime | None = None,
    auth: str | None = None,
    strict: bool = False,
    credits: str | None = None,  # noqa: A002 -- the program's own word
    wording: str | None = None,
    args: Iterable[str] = (),
    timeout: float = 60.0,
) -> Server:
    """Start a server and wait until it takes connections.

    It holds the sample company unless `empty`, or `seed` says what: names, paths, or seeds
    themselves. `args` are further options of `zoho-crm-mock serve`. It ends with `stop()`, with
    its `with` block, and with this process.
    """
    folder = Path(tempfile.mkdtemp(prefix="zoho-crm-mock-"))
    options = ["--port", str(port)]
    if empty:
        options.append("--empty")
    for number, one in enumerate(each(seed)):
        if isinstance(one, Mapping):
            path = folder / f"seed-{number}.json"
            path.write_text(json.dumps(one), encoding="utf-8")
            options += ["--seed", str(path)]
        else:
            options += ["--seed", str(one)]
    for module, count in (generate or {}).items():
        options += ["--generate", f"{module}={count}"]
    if now is not None:
        options += ["--now", moment(now)]
    for option, value in (("auth", auth), ("credits", credits), ("wording", wording)):
        if value is not None:
            options += [f"--{option}", value]
    if strict:
        options.append("--strict")
    process = _Process(folder, [*options, *args])
    ready = process.ready(timeout)
    # the program reads the same variable
    return Server(ready["url"], os.environ.get("ZOHO_MOCK_ADMIN_TOKEN"), process)


def each(seed: Seeds | None) -> Sequence[Seed]:
    """Give the seeds of what may be one, several or none."""
    if seed is None:
        return []
    return [seed] if isinstance(seed, (str, Path, Mapping)) else seed


class _Process:
    """The program, and the folder with what it writes."""

    def __init__(self, folder: Path, options: Iterable[str]) -> None:
        self._folder = folder
        self._ready = folder / "ready.json"
        self._log = folder / "log.txt"
        command = [program(), "serve", "--ready-file", str(self._ready), "--exit-with-parent"]
        try:
            with self._log.open("wb") as log:
                self.popen = subprocess.Popen(
                    [*command, *options],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=log,
                )
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            message = f"cannot start {command[0]}: {error}"
            raise StartError(message) from error
        # also when nobody stops it, and at the end of the interpreter
        self._end = weakref.finalize(self, _end, self.popen, folder, os.getpid())

    def ready(self, timeout: float) -> dict[str, str]:
        """Wait for the ready file and give what it says."""
        until = time.monotonic() + timeout
        while not self._ready.exists():
            if self.popen.poll() is not None:
                said = self.log().strip() or f"it ended with status {self.popen.returncode}"
                self.stop()
                raise StartError(said)
            if time.monotonic() > until:
                said = self.log().strip()
                self.stop()
                message = f"it takes no connections after {timeout} s\n{said}"
                raise StartError(message)
            time.sleep(LOOK)
        ready: dict[str, str] = json.loads(self._ready.read_text(encoding="utf-8"))
        return ready

    def log(self) -> str:
        """Give what it has written to standard error."""
        try:
            return self._log.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ""

    def stop(self) -> None:
        """End it."""
        self._end()


def _end(popen: subprocess.Popen[bytes], folder: Path, parent: int) -> None:
    # a fork of the process that has started it is not to stop it
    if os.getpid() != parent:
        return
    popen.terminate()
    try:
        popen.wait(END)
    except subprocess.TimeoutExpired:
        popen.kill()
        popen.wait()
    shutil.rmtree(folder, ignore_errors=True)
