"""Starts zoho-crm-mock for a test and stops it afterwards."""

import contextlib
import json
import os
import pathlib
import subprocess
import tempfile
import time


@contextlib.contextmanager
def zoho_crm(*options):
    """A Zoho CRM on a free port; gives its base address."""
    program = os.environ.get("ZOHO_MOCK_BIN", "zoho-crm-mock")
    with tempfile.TemporaryDirectory() as folder:
        ready = pathlib.Path(folder, "ready.json")
        command = [program, "--port", "0", "--ready-file", str(ready), "--exit-with-parent"]
        server = subprocess.Popen(
            [*command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            while not ready.exists():
                if server.poll() is not None:
                    raise RuntimeError(f"{program} ended with status {server.returncode}")
                time.sleep(0.01)
            yield json.loads(ready.read_text())["url"]
        finally:
            server.terminate()
            server.wait()
