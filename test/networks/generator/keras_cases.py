"""Networks by Keras 3 on TensorFlow, exported by Keras and by tf2onnx; pictures are height × width × channels."""

import os
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import onnx

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import keras  # noqa: E402
import tensorflow as tf  # noqa: E402
import tf2onnx  # noqa: E402
from keras import layers  # noqa: E402

from .case import Case  # noqa: E402

BOX = (-2.0, 2.0)
SEEDS = range(1, 100)
SMALLEST_LOGIT = 0.2
CLASSES = 5


def _sequential(shape: tuple[int, ...], *parts: layers.Layer) -> keras.Model:
    return keras.Sequential([keras.Input(shape, name="input"), *parts, layers.Dense(CLASSES, name="logits")])


def vgg() -> keras.Model:
    """Plain convolutions, `same` and `valid`, and dense layers behind a Flatten of height × width × channels."""
    return _sequential(
        (16, 16, 3),
        layers.Conv2D(6, 3, padding="same", activation="relu"), layers.MaxPooling2D(2),
        layers.Conv2D(8, 3, activation="relu"), layers.MaxPooling2D(3, 2, padding="same"),
        layers.Flatten(), layers.Dense(12, activation="relu"), layers.Dropout(0.5),
    )  # fmt: skip


def strided() -> keras.Model:
    """Strides with `same` padding, which is uneven, and batch norms."""
    return _sequential(
        (17, 18, 3),
        layers.Conv2D(6, 3, 2, padding="same", use_bias=False), layers.BatchNormalization(), layers.ReLU(),
        layers.Conv2D(8, 3, 2, padding="same", use_bias=False), layers.BatchNormalization(), layers.ReLU(),
        layers.AveragePooling2D(2, padding="same"), layers.GlobalAveragePooling2D(),
    )  # fmt: skip


def mobilenet() -> keras.Model:
    """Depthwise and separable convolutions with ReLU6, as keras.applications has them."""
    return _sequential(
        (16, 16, 3),
        layers.ZeroPadding2D(((0, 1), (0, 1))), layers.Conv2D(6, 3, 2, use_bias=False), layers.BatchNormalization(),
        layers.ReLU(6.0),
        layers.DepthwiseConv2D(3, padding="same", use_bias=False), layers.BatchNormalization(), layers.ReLU(6.0),
        layers.Conv2D(8, 1, use_bias=False), layers.BatchNormalization(), layers.ReLU(6.0),
        layers.SeparableConv2D(8, 3, padding="same", activation="relu"), layers.GlobalAveragePooling2D(),
    )  # fmt: skip


def resnet() -> keras.Model:
    """Residual blocks by the functional interface, with LeakyReLU."""
    x = inputs = keras.Input((16, 16, 3), name="input")
    for filters, stride in ((6, 1), (8, 2)):
        shortcut = layers.Conv2D(filters, 1, stride)(x)
        y = layers.BatchNormalization()(layers.Conv2D(filters, 3, stride, padding="same")(x))
        y = layers.Conv2D(filters, 3, padding="same")(layers.LeakyReLU(negative_slope=0.1)(y))
        x = layers.ReLU()(layers.Add()([shortcut, layers.BatchNormalization()(y)]))
    return keras.Model(inputs, layers.Dense(CLASSES, name="logits")(layers.GlobalMaxPooling2D()(x)))


def sequence() -> keras.Model:
    """Convolutions in one dimension over a series."""
    return _sequential(
        (32, 2),
        layers.Conv1D(8, 5, padding="same", activation="relu"), layers.MaxPooling1D(2),
        layers.Conv1D(8, 3, padding="causal", activation="elu"), layers.GlobalAveragePooling1D(),
    )  # fmt: skip


def dense() -> keras.Model:
    """Dense layers and smooth activations; Keras's exact GELU cannot be exported (TensorFlow's Erfc)."""
    return _sequential(
        (20,), layers.Dense(16, activation="swish"), layers.BatchNormalization(),
        layers.Dense(12, activation="softplus"),
        layers.Dense(8, activation=partial(keras.activations.gelu, approximate=True)),
    )  # fmt: skip


NETWORKS: dict[str, tuple[str, Callable[[], keras.Model]]] = {
    "vgg": ("VGG", vgg),
    "strided": ("Strided convolutions", strided),
    "mobilenet": ("MobileNet v1", mobilenet),
    "resnet": ("ResNet v1", resnet),
    "sequence": ("Convolutions in one dimension", sequence),
    "dense": ("Dense layers", dense),
}
TF2ONNX_OPSETS = {"vgg": 13, "strided": 15, "mobilenet": 11, "resnet": 13}


def makers() -> Iterator[tuple[str, Callable[[], Case]]]:
    """Their names and what makes them."""
    for name, (family, make) in NETWORKS.items():
        yield f"keras-{name}", partial(_case, f"keras-{name}", family, make, None, "both")
    for name, opset in TF2ONNX_OPSETS.items():
        yield f"tf2onnx-{name}", partial(_case, f"tf2onnx-{name}", NETWORKS[name][0], NETWORKS[name][1], opset, "both")
    yield "keras-vgg-nonpositive", partial(_case, "keras-vgg-nonpositive", "VGG", vgg, None, "nonpositive")
    yield "keras-text", _text_case


def _case(name: str, family: str, make: Callable[[], keras.Model], opset: int | None, biases: str) -> Case:
    for seed in SEEDS:
        keras.backend.clear_session()
        random = np.random.default_rng(seed)
        logits = make()
        _randomize(logits, random, biases)
        sample = random.uniform(*BOX, (1, *logits.input_shape[1:])).astype(np.float32)
        output = np.asarray(logits(sample, training=False))
        if output.max() > SMALLEST_LOGIT:
            break
    model = keras.Model(logits.inputs, layers.Softmax(name="probabilities")(logits.outputs[0]))
    model(sample)  # Keras exports only what was called.
    return Case(
        name=name,
        family=family,
        exporter="tf2onnx" if opset else "keras",
        model=_by_tf2onnx(model, opset) if opset else _by_keras(model),
        inputs={"input": sample},
        outputs={"logits": output},
        seed=seed,
        box=BOX,
        biases=biases,
        note="ends in a Softmax; output.npy holds the logits before it",
    )


def _text_case() -> Case:
    """An embedding of tokens and a convolution."""
    seed = 1
    random = np.random.default_rng(seed)
    inputs = keras.Input((12,), dtype="int64", name="tokens")
    x = layers.Conv1D(8, 3, activation="relu")(layers.Embedding(30, 8)(inputs))
    model = keras.Model(inputs, layers.Dense(3)(layers.GlobalMaxPooling1D()(x)))
    _randomize(model, random, "both")
    tokens = random.integers(1, 30, (1, 12))
    output = np.asarray(model(tokens, training=False))
    return Case(
        name="keras-text",
        family="Text CNN",
        exporter="keras",
        model=_by_keras(model),
        inputs={"tokens": tokens},
        outputs={"logits": output},
        seed=seed,
        note="ends in logits",
    )


def _randomize(model: keras.Model, random: np.random.Generator, biases: str) -> None:
    for weight in model.weights:
        weight.assign(_value(weight, random, biases))


def _value(weight: keras.Variable, random: np.random.Generator, biases: str) -> np.ndarray:
    shape = tuple(weight.shape)
    if weight.name in ("gamma", "moving_variance"):
        return random.uniform(0.5, 1.5, shape)
    if len(shape) > 1:
        fan_in = shape[0] * shape[1] if "depthwise" in weight.path else int(np.prod(shape[:-1]))
        return random.normal(0, (2 / fan_in) ** 0.5, shape)
    return random.uniform(-0.1, 0, shape) if biases == "nonpositive" else random.uniform(-0.3, 0.3, shape)


def _by_keras(model: keras.Model) -> onnx.ModelProto:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        model.export(path, format="onnx", verbose=False)
        return onnx.load(path)


def _by_tf2onnx(model: keras.Model, opset: int) -> onnx.ModelProto:
    signature = [tf.TensorSpec((None, *model.input_shape[1:]), tf.float32, name="input")]
    converted, _ = tf2onnx.convert.from_function(tf.function(model), input_signature=signature, opset=opset)
    return converted
