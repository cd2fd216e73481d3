"""Changes to exported models that keep what they compute."""

import onnx


def with_short_names(model: onnx.ModelProto) -> onnx.ModelProto:
    """Names every inner value by a number and no node at all; the main graph only, without sub-graphs."""
    graph = model.graph
    kept = {info.name for info in [*graph.input, *graph.output]} | {""}
    names: dict[str, str] = {}

    def short(name: str) -> str:
        return name if name in kept else names.setdefault(name, str(len(names)))

    for initializer in graph.initializer:
        initializer.name = short(initializer.name)
    for node in graph.node:
        node.name = ""
        node.input[:] = [short(name) for name in node.input]
        node.output[:] = [short(name) for name in node.output]
    del graph.value_info[:]
    return model
