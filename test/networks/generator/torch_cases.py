"""Every case that PyTorch exports."""

from collections.abc import Callable, Iterator
from functools import partial

from . import attention, images, shapes  # noqa: F401  (they fill the list)
from .case import Case
from .network import NETWORKS, case_of


def makers() -> Iterator[tuple[str, Callable[[], Case]]]:
    """Their names and what makes them."""
    for entry in NETWORKS:
        yield entry.name, partial(case_of, entry)
