"""What ends with its `with` block."""

from __future__ import annotations

from types import TracebackType
from typing import TypeVar

It = TypeVar("It", bound="Ends")


class Ends:
    """Something that a `with` block ends."""

    def end(self) -> None:
        """End it."""
        raise NotImplementedError

    def __enter__(self: It) -> It:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()
