"""What the SDK scripts share: arguments, steps and assertions."""

import argparse
import contextlib
import sys
import tempfile
import uuid
from datetime import UTC, datetime
from pathlib import Path

# Any client may ask for a token; these have the shape of Zoho's own.
CLIENT_ID = "1000.SMOKETESTCLIENT0000000000000000"
CLIENT_SECRET = "5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091"
REFRESH_TOKEN = "1000.0123456789abcdef0123456789abcdef.fedcba9876543210fedcba9876543210"

# A PNG of one pixel.
PHOTO = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)

USER_TYPES = (
    "AllUsers",
    "ActiveUsers",
    "DeactiveUsers",
    "ConfirmedUsers",
    "NotConfirmedUsers",
    "DeletedUsers",
    "ActiveConfirmedUsers",
    "AdminUsers",
    "ActiveConfirmedAdmins",
    "CurrentUser",
)


def arguments(description):
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--url", required=True, help="base URL, such as http://127.0.0.1:8080")
    parser.add_argument("--client-id", default=CLIENT_ID)
    parser.add_argument("--client-secret", default=CLIENT_SECRET)
    parser.add_argument("--refresh-token", default=REFRESH_TOKEN)
    args = parser.parse_args()
    args.url = args.url.rstrip("/")
    return args


def unique_word():
    """A word that no earlier run has used; it starts with a letter, as names do."""
    return "sdk" + uuid.uuid4().hex[:12]


class Workspace:
    """A directory for tokens, cached metadata and the SDK's log, gone at the end."""

    def __init__(self):
        self._directory = tempfile.TemporaryDirectory(prefix="crm-sdk-")
        self.path = Path(self._directory.name)
        self.tokens = self.path / "tokens.csv"
        self.log = self.path / "sdk.log"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._directory.cleanup()

    @contextlib.contextmanager
    def step(self, name):
        """Prints the outcome of one step, and ends the script with status 1 if it failed."""
        try:
            yield
        except Exception as error:  # whatever it was, it is the answer to report
            print(f"FAILED {name}: {type(error).__name__}: {error}", flush=True)
            for line in self._log_tail():
                print(f"  sdk log: {line}", flush=True)
            sys.exit(1)
        print(f"ok {name}", flush=True)

    def _log_tail(self):
        return self.log.read_text().splitlines()[-5:] if self.log.exists() else []


def that(condition, message):
    """Fails with the message unless the condition holds."""
    if not condition:
        raise AssertionError(message)


def same(actual, expected, what):
    """Fails unless both are equal and of one type."""
    that(
        type(actual) is type(expected) and actual == expected,
        f"{what}: expected {expected!r}, found {actual!r}",
    )


def kind(value, cls, what):
    """Fails unless the value is of exactly this class; returns it."""
    that(type(value) is cls, f"{what}: expected {cls.__name__}, found {value!r}")
    return value


def text(value, what):
    """Fails unless the value is a string with something in it; returns it."""
    that(kind(value, str, what) != "", f"{what}: is empty")
    return value


def identifier(value, what):
    """Fails unless the value is an id as the SDKs hold it, an integer; returns it."""
    that(kind(value, int, what) >= 10**14, f"{what}: {value} is too short for an id")
    return value


def moment(value, what):
    """Fails unless the value is a point in time of which the zone is known; returns it."""
    that(kind(value, datetime, what).tzinfo is not None, f"{what}: {value} has no zone")
    return value.astimezone(UTC)


def choice(value, expected, what):
    """Fails unless the SDK's `Choice` holds the expected value, or one of several."""
    that(type(value).__name__ == "Choice", f"{what}: expected a Choice, found {value!r}")
    if isinstance(expected, tuple):
        held = value.get_value()
        that(held in expected, f"{what}: expected one of {expected!r}, found {held!r}")
    else:
        same(value.get_value(), expected, what)


def body(response, status, cls):
    """The object of an answer that has the given status and was read as the given class."""
    that(response is not None, "the SDK could not read the answer")
    same(response.get_status_code(), status, "status")
    return kind(response.get_object(), cls, "body")


def nothing(response):
    """Fails unless the answer is a 204 without a body."""
    that(response is not None, "the SDK could not read the answer")
    same(response.get_status_code(), 204, "status")
    same(response.get_object(), None, "body")


def count(items, expected, what):
    """Fails unless the list has so many items; returns it."""
    that(
        isinstance(items, list) and len(items) == expected,
        f"{what}: expected {expected} items, found {items!r}",
    )
    return items


def user_matches(user_type, status, confirmed, profile):
    """Whether a user with these traits belongs to the `type` asked for."""
    active = status == "active"
    admin = profile == "Administrator"
    return {
        "ActiveUsers": active,
        "DeactiveUsers": status == "disabled",
        "ConfirmedUsers": confirmed,
        "NotConfirmedUsers": not confirmed,
        "DeletedUsers": status == "deleted",
        "ActiveConfirmedUsers": active and confirmed,
        "AdminUsers": admin,
        "ActiveConfirmedAdmins": active and confirmed and admin,
    }.get(user_type, True)
