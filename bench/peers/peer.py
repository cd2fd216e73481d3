"""Runs the peers on demand, so that they can take turns with ours: `peer.py NETWORK MODEL PICTURE BATCH THREADS LOW HIGH`.

Reads one JSON object a line, {"tool": NAME, "save": PATH or null}; answers each with one: {"ms": …} or {"error": …}. What is
saved is the relevance computed in float64; `float32` is then how far the tool's own float32 lies from it, of its largest.
The first line it writes are the versions. Started by `npm run bench -- --peers`.
"""

import importlib.metadata
import json
import re
import sys
import time

import numpy
import torch

from networks import load
from tools import tools

# A run that does not count wakes the threads; what happened before does not show in a run longer than this, in seconds.
short_run = 0.2


def main():
    name, path, picture_path, batch, threads, low, high = sys.argv[1:]
    torch.manual_seed(0)
    torch.set_num_threads(int(threads))
    numbers = numpy.fromfile(picture_path, dtype=numpy.float32).reshape(int(batch), 3, 224, 224)
    picture = torch.from_numpy(numbers)
    answer({package: importlib.metadata.version(package) for package in ('torch', 'torchvision', 'zennit', 'captum')})
    ready, last = {}, {}
    for line in sys.stdin:
        request = json.loads(line)
        tool = request['tool']
        try:
            if tool not in ready:
                ready[tool] = tools[tool](load(name, path), name, picture, float(low), float(high))
                ready[tool]()
            run = ready[tool]
            if last.get(tool, 0) < short_run:
                run()
            start = time.perf_counter()
            result = run()
            last[tool] = time.perf_counter() - start
            if request.get('save') is None:
                answer({'ms': last[tool] * 1000})
                continue
            exact = tools[tool](load(name, path).double(), name, picture.double(), float(low), float(high))()
            exact.numpy().astype(numpy.float32).tofile(request['save'])
            answer({'ms': last[tool] * 1000, 'float32': float((result - exact).abs().max() / exact.abs().max())})
        except Exception as error:  # What a tool cannot do is a result.
            answer({'error': short(f'{type(error).__name__}: {error}')})


def short(text):
    text = re.sub(r"<class '(?:\w+\.)*(\w+)'>", r'\1', text.split('\n')[0])
    return text if len(text) <= 60 else f'{text[:60]}…'


def answer(value):
    print(json.dumps(value), flush=True)


main()
