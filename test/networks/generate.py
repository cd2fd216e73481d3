"""Writes test/networks/cases. `python generate.py [NAME...]`; see README.md for the two environments it runs in."""

import argparse
import fnmatch
import importlib.util
import warnings
from collections.abc import Callable, Iterator

from generator.case import Case, write

Maker = tuple[str, Callable[[], Case]]


def makers() -> Iterator[Maker]:
    """Every case that this environment can make, by name."""
    if importlib.util.find_spec("torch"):
        from generator.torch_cases import makers as torch_makers

        yield from torch_makers()
        from generator.onnx_cases import makers as onnx_makers

        yield from onnx_makers()
    if importlib.util.find_spec("skl2onnx"):
        from generator.sklearn_cases import makers as sklearn_makers

        yield from sklearn_makers()
    if importlib.util.find_spec("keras"):
        from generator.keras_cases import makers as keras_makers

        yield from keras_makers()


def main() -> None:
    """Writes the cases whose names match a pattern on the command line, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=["*"], help="names or patterns; default: all")
    wanted = parser.parse_args().names
    warnings.filterwarnings("ignore")
    total = 0
    for name, make in makers():
        if any(fnmatch.fnmatch(name, pattern) for pattern in wanted):
            size = write(make())
            total += size
            print(f"{name}: {size} bytes", flush=True)
    print(f"{total} bytes in all")


if __name__ == "__main__":
    main()
