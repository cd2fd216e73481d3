"""Whether our networks are torchvision's: same weights by name, same outputs. `python bench/peers/verify.py [NAME ...]`

Reads the files that `npm run bench` left in .cache/networks. Needs onnxruntime besides requirements.txt.
"""

import pathlib
import sys

import numpy
import onnxruntime
import torch

from networks import builders, load

cache = pathlib.Path(__file__).parents[2] / '.cache' / 'networks'
picture = (numpy.random.default_rng(1).random((2, 3, 224, 224), dtype=numpy.float32) * 4 - 2)

failed = False
for name in sys.argv[1:] or builders:
    path = str(max(cache.glob(f'{name}-*.onnx'), key=lambda file: file.stat().st_mtime))
    with torch.no_grad():
        expected = load(name, path)(torch.from_numpy(picture)).numpy()
    (actual,) = onnxruntime.InferenceSession(path, providers=['CPUExecutionProvider']).run(None, {'image': picture})
    error = float(numpy.abs(actual - expected).max() / numpy.abs(expected).max())
    failed |= not error <= 1e-4
    print(f'{name:16} largest output {numpy.abs(expected).max():9.3g}, spread {expected.std():9.3g}, largest difference of it {error:.1e}')
sys.exit(failed)
