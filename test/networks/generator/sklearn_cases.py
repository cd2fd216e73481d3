"""Models of scikit-learn, trained on random tables and converted by skl2onnx."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.base import BaseEstimator
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.naive_bayes import BernoulliNB, GaussianNB, MultinomialNB
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, Normalizer, StandardScaler
from sklearn.svm import SVC, LinearSVC

from .case import Case

SAMPLES, FEATURES = 200, 8
SEED = 1


@dataclass(frozen=True)
class Entry:
    """A model and how it is converted."""

    family: str
    make: Callable[[], BaseEstimator]
    classes: int | None = None
    zipmap: bool = False
    counts: bool = False
    opset: int = 17
    raw_scores: bool = False
    note: str | None = None


def _logistic() -> BaseEstimator:
    return LogisticRegression(C=10.0)


def _mlp(kind: type[BaseEstimator], activation: str = "relu") -> BaseEstimator:
    return kind(hidden_layer_sizes=(10, 6), activation=activation, random_state=SEED, max_iter=200)


_JOINT = "output.npy holds log P(class, sample); the model gives exp(it - log of its exponentials' sum)"

ENTRIES: dict[str, Entry] = {
    "logistic-binary": Entry("Logistic regression", _logistic, 2),
    "logistic-binary-scaled": Entry("Logistic regression", lambda: make_pipeline(StandardScaler(), _logistic()), 2),
    "logistic-binary-zipmap": Entry("Logistic regression", _logistic, 2, zipmap=True, opset=12),
    "logistic-multi": Entry("Logistic regression", _logistic, 4),
    "logistic-multi-zipmap": Entry(
        "Logistic regression", lambda: make_pipeline(StandardScaler(), _logistic()), 4, zipmap=True
    ),
    "logistic-multi-raw": Entry("Logistic regression", _logistic, 4, raw_scores=True, note="the scores themselves"),
    "logistic-normalized": Entry("Logistic regression", lambda: make_pipeline(Normalizer("l2"), _logistic()), 3),
    "logistic-normalized-l1": Entry("Logistic regression", lambda: make_pipeline(Normalizer("l1"), _logistic()), 3),
    "logistic-normalized-max": Entry("Logistic regression", lambda: make_pipeline(Normalizer("max"), _logistic()), 3),
    "linear": Entry("Linear regression", LinearRegression),
    "linear-scaled": Entry("Linear regression", lambda: make_pipeline(StandardScaler(), LinearRegression()), opset=11),
    "linear-two-outputs": Entry("Linear regression", LinearRegression, note="two regressions at once"),
    "mlp-binary": Entry("Dense layers", lambda: make_pipeline(StandardScaler(), _mlp(MLPClassifier)), 2),
    "mlp-multi": Entry("Dense layers", lambda: make_pipeline(MinMaxScaler(), _mlp(MLPClassifier)), 4, zipmap=True),
    "mlp-tanh": Entry("Dense layers", partial(_mlp, MLPClassifier, "tanh"), 3, opset=13),
    "mlp-regression": Entry("Dense layers", lambda: make_pipeline(StandardScaler(), _mlp(MLPRegressor))),
    "linear-svm": Entry("Linear support vectors", LinearSVC, 2),
    "linear-svm-multi": Entry("Linear support vectors", lambda: make_pipeline(StandardScaler(), LinearSVC()), 3),
    "svm-kernel-linear": Entry(
        "Linear support vectors",
        lambda: SVC(kernel="linear", decision_function_shape="ovo"),
        3,
        note="ai.onnx.ml's SVMClassifier; one score per pair of classes",
    ),
    "gaussian-bayes": Entry("Naive Bayes", GaussianNB, 3, note=_JOINT),
    "bernoulli-bayes": Entry("Naive Bayes", lambda: BernoulliNB(binarize=None), 3, counts=True, note=_JOINT),
    "bernoulli-bayes-binarized": Entry("Naive Bayes", lambda: BernoulliNB(binarize=0.0), 3, note=_JOINT),
    "multinomial-bayes": Entry("Naive Bayes", MultinomialNB, 3, counts=True, note=_JOINT),
}


def makers() -> Iterator[tuple[str, Callable[[], Case]]]:
    """Their names and what makes them."""
    for name, entry in ENTRIES.items():
        yield f"sklearn-{name}", partial(_case, f"sklearn-{name}", entry)


def _case(name: str, entry: Entry) -> Case:
    random = np.random.default_rng(SEED)
    model = entry.make()
    table = _table(random, entry)
    model.fit(table, _answers(random, table, entry, name))
    sample = table[:1].astype(np.float32)
    return Case(
        name=name,
        family=entry.family,
        exporter="skl2onnx",
        model=to_onnx(
            model,
            initial_types=[("input", FloatTensorType([None, FEATURES]))],
            options=_options(model, entry),
            target_opset={"": entry.opset, "ai.onnx.ml": 3 if entry.opset > 12 else 1},
        ),
        inputs={"input": sample},
        outputs={"scores": _scores(model, sample.astype(np.float64))},
        seed=SEED,
        note=entry.note,
        agreement=1e-3,
    )


def _options(model: BaseEstimator, entry: Entry) -> dict[int, dict[str, Any]]:
    """What skl2onnx is told. In a Pipeline it fails on a LinearSVC that has no options of its own (1.20)."""
    if not entry.classes:
        return {}
    if isinstance(_last(model), (LinearSVC, SVC)):
        return {id(_last(model)): {"raw_scores": True}} if _last(model) is not model else {}
    return {id(model): {"zipmap": entry.zipmap} | ({"raw_scores": True} if entry.raw_scores else {})}


def _last(model: BaseEstimator) -> BaseEstimator:
    return model.steps[-1][1] if hasattr(model, "steps") else model


def _table(random: np.random.Generator, entry: Entry) -> np.ndarray:
    if entry.counts:
        counts = random.integers(0, 2 if "Bernoulli" in str(entry.make()) else 6, (SAMPLES, FEATURES))
        return counts.astype(np.float64)
    return random.uniform(-2, 2, (SAMPLES, FEATURES)).astype(np.float32).astype(np.float64)


def _answers(random: np.random.Generator, table: np.ndarray, entry: Entry, name: str) -> np.ndarray:
    """Linear functions of the table with noise; the largest where there are classes."""
    columns = entry.classes or (2 if "two-outputs" in name else 1)
    centred = table - table.mean(0)
    values = centred @ random.normal(0, 1, (FEATURES, columns)) + random.normal(0.3, 0.3, (SAMPLES, columns))
    return values.argmax(1) if entry.classes else values.squeeze()


def _scores(model: BaseEstimator, sample: np.ndarray) -> np.ndarray:
    """What the probabilities are made of: margins, logits or joint logarithms; a regression's answer."""
    if isinstance(_last(model), MLPClassifier):
        return _hidden_scores(_last(model), model[:-1].transform(sample) if hasattr(model, "steps") else sample)
    if hasattr(model, "decision_function"):
        return _as_row(model.decision_function(sample))
    if hasattr(model, "predict_joint_log_proba"):
        return model.predict_joint_log_proba(sample)
    return _as_row(model.predict(sample))


def _hidden_scores(model: MLPClassifier, x: np.ndarray) -> np.ndarray:
    """A multilayer perceptron before its last activation, which scikit-learn does not give."""
    activate = {"relu": lambda v: np.maximum(v, 0), "tanh": np.tanh}[model.activation]
    *hidden, last = zip(model.coefs_, model.intercepts_)
    for weights, biases in hidden:
        x = activate(x @ weights + biases)
    return x @ last[0] + last[1]


def _as_row(values: np.ndarray) -> np.ndarray:
    return values.reshape(len(values), -1)
