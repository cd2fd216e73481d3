"""What an explanation costs on a GPU, in forward passes, and whether it is the CPU's: see README.md beside this file.

Plain and explained models run in turn, A B A B ..., on one execution provider of ONNX Runtime, with inputs and outputs
left on the device while they are timed. The relevance is compared with the CPU provider's.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime as ort

METHODS = ("deep-taylor", "epsilon")


def opened(path, provider, options):
    settings = ort.SessionOptions()
    settings.log_severity_level = 3
    session = ort.InferenceSession(str(path), settings, providers=[(provider, options)])
    # ONNX Runtime goes on with the CPU where a provider cannot be had.
    if session.get_providers()[0] != provider:
        sys.exit(f"{provider} cannot be used here: ONNX Runtime took {session.get_providers()[0]}")
    return session


def input_of(session, batch, size, seed=2):
    """Random pixels as preprocessing leaves them; free dimensions become the batch and the size."""
    value = session.get_inputs()[0]
    dims = [d if isinstance(d, int) else (batch if axis == 0 else size) for axis, d in enumerate(value.shape)]
    pixels = np.random.default_rng(seed).uniform(-2, 2, dims).astype(np.float32)
    return value.name, pixels


def binding_of(session, name, pixels, device, outputs):
    binding = session.io_binding()
    binding.bind_ortvalue_input(name, ort.OrtValue.ortvalue_from_numpy(pixels, device, 0))
    for output in outputs:
        binding.bind_output(output, device)
    return binding


def timed(session, binding):
    start = time.perf_counter()
    session.run_with_iobinding(binding)
    binding.synchronize_outputs()
    return (time.perf_counter() - start) * 1000


def summary(values, digits):
    return f"{statistics.median(values):.{digits}f} [{min(values):.{digits}f} ... {max(values):.{digits}f}]"


def compare(folder, name, provider, device, options, args):
    plain = opened(folder / f"{name}.plain.onnx", provider, options)
    first, pixels = input_of(plain, args.batch, args.size)
    runs = {"forward": (plain, binding_of(plain, first, pixels, device, [plain.get_outputs()[0].name]))}
    worst = 0.0
    lines = []
    for method in METHODS:
        path = folder / f"{name}.{method}.onnx"
        if not path.exists():
            continue
        session = opened(path, provider, options)
        expected = opened(path, "CPUExecutionProvider", {}).run(["relevance"], {first: pixels})[0]
        ours = session.run(["relevance"], {first: pixels})[0]
        difference = float(np.abs(ours - expected).max() / np.abs(expected).max())
        worst = max(worst, difference)
        lines.append((method, difference))
        runs[method] = (session, binding_of(session, first, pixels, device, ["relevance"]))
    for session, binding in runs.values():
        for _ in range(3):
            timed(session, binding)
    times = {key: [] for key in runs}
    for _ in range(args.runs):
        for key, (session, binding) in runs.items():
            times[key].append(timed(session, binding))
            time.sleep(args.rest / 1000)
    print(f"{name}, {'x'.join(map(str, pixels.shape))}\n  forward      {summary(times['forward'], 2)} ms")
    for method, difference in lines:
        ratios = [b / a for a, b in zip(times["forward"], times[method])]
        print(f"  {method:<12} {summary(times[method], 2)} ms, ratio {summary(ratios, 2)}, from the CPU {difference:.1e}")
    return worst


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="what write-models.ts wrote")
    parser.add_argument("--provider", default="CUDAExecutionProvider", help="of ONNX Runtime")
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--size", type=int, default=224, help="of free spatial dimensions")
    parser.add_argument("--rest", type=float, default=0, help="milliseconds between runs")
    parser.add_argument("--tolerance", type=float, default=1e-3)
    parser.add_argument("--tf32", action="store_true", help="let convolutions round to 10 bits; off, so that CPU and GPU agree")
    args = parser.parse_args()
    is_cuda = args.provider == "CUDAExecutionProvider"
    options = {"use_tf32": "1" if args.tf32 else "0"} if is_cuda else {}
    names = sorted(path.name.removesuffix(".plain.onnx") for path in args.folder.glob("*.plain.onnx"))
    if not names:
        parser.error(f"{args.folder} holds no *.plain.onnx: write them with bench/gpu/write-models.ts")
    print(f"onnxruntime {ort.__version__}, {args.provider}, medians [least ... most] of {args.runs}")
    device = "cuda" if is_cuda else "cpu"
    worst = max(compare(args.folder, name, args.provider, device, options, args) for name in names)
    if worst > args.tolerance:
        sys.exit(f"relevance differs from the CPU's by {worst:.1e}, more than {args.tolerance:.0e}")


if __name__ == "__main__":
    main()
