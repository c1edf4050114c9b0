"""Leads connections to Zoho's hosts to zoho-crm-mock, which has written this file.

Most clients for Python ask for a proxy by themselves. Those that do not (aiohttp, unless it is told to)
look up the name first, which is answered here. Other names are left alone.
"""


def _lead_zoho():
    import socket

    domains = "{domains}".split()
    look_up = socket.getaddrinfo

    def is_zoho(host):
        if isinstance(host, (bytes, bytearray)):
            host = host.decode("ascii", "replace")
        if not isinstance(host, str):
            return False
        name = host.lower().rstrip(".")
        return any(name == domain or name.endswith("." + domain) for domain in domains)

    def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
        if is_zoho(host):
            return look_up("{host}", int("{port}"), 0, type, proto, socket.AI_NUMERICHOST)
        return look_up(host, port, family, type, proto, flags)

    socket.getaddrinfo = getaddrinfo


def _go_on():
    """Loads the module that would have been found without this one."""
    import importlib.machinery
    import importlib.util
    import os
    import sys

    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [path for path in sys.path if os.path.abspath(path or ".") != here]
    found = importlib.machinery.PathFinder.find_spec("sitecustomize", sys.path)
    if found is not None and found.loader is not None:
        module = importlib.util.module_from_spec(found)
        sys.modules["sitecustomize"] = module
        found.loader.exec_module(module)


_lead_zoho()
_go_on()
