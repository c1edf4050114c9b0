"""`python -m zoho_crm_mock` is the program itself."""

import os
import subprocess
import sys

from zoho_crm_mock._program import program


def main() -> int:
    """Run the program with the arguments of this one."""
    command = [program(), *sys.argv[1:]]
    if os.name == "posix":
        os.execv(command[0], command)  # noqa: S606 -- the process becomes the program
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
