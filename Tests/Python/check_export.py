"""Reads what `sparsetrain export` wrote with the programs that it is for, and compares their outputs with sparsetrain's.

    python3 check_export.py FOLDER

FOLDER has case.json (model, batch_norm, shape of a sample, classes, samples, accuracy), inputs.bin (raw samples), logits.bin
and labels.bin as sparsetrain has them, and the exports: dense.safetensors, csr.safetensors, npz, csv, plain.onnx, folded.onnx,
sparse.onnx. Prints a line for each comparison and fails at the first that does not hold.
"""
import csv
import json
import os
import sys
import warnings

import numpy
import onnx
import onnxruntime
import scipy.sparse
import torch
from safetensors import safe_open
from safetensors.torch import load_file

import modules

warnings.filterwarnings("ignore", "Sparse CSR tensor support")
folder = sys.argv[1]
case = json.load(open(f"{folder}/case.json"))
shape, classes, samples = case["shape"], case["classes"], case["samples"]
raw = numpy.fromfile(f"{folder}/inputs.bin", numpy.float32).reshape(samples, *shape)
logits = numpy.fromfile(f"{folder}/logits.bin", numpy.float32).reshape(samples, classes)
labels = numpy.fromfile(f"{folder}/labels.bin", numpy.int32)


def compare(name, found):
    error = numpy.abs(found - logits).max() / numpy.abs(logits).max()
    assert error <= 1e-4, f"{name}: outputs differ by {error} of the largest"
    assert (found.argmax(1) == logits.argmax(1)).all(), f"{name}: other classes"
    accuracy = float((found.argmax(1) == labels).mean())
    assert abs(accuracy - case["accuracy"]) < 1e-9, f"{name}: accuracy {accuracy}, not {case['accuracy']}"
    print(f"{name}: within {error:.1e}")


def outputs(state, strict=True):
    module = modules.build(case["model"], shape[0], shape[1], classes, case["batch_norm"])
    if not strict:
        state = {name: module.state_dict()[name] for name in module.state_dict() if "num_batches" in name} | state
    module.load_state_dict(state)
    with torch.no_grad():
        return module(torch.from_numpy(inputs.reshape(samples, *shape))).numpy()


# PyTorch, from a state_dict.
dense = load_file(f"{folder}/dense.safetensors")
with safe_open(f"{folder}/dense.safetensors", "pt") as file:
    texts = file.metadata()
mean, scale = (numpy.array(json.loads(texts[name]), numpy.float32) for name in ("input.mean", "input.scale"))
inputs = (raw.reshape(samples, -1) - mean) * scale
assert texts["model"] == case["model"]
compare("PyTorch, state_dict", outputs(dense))


def equals_dense(name, state):
    expected = {key: value for key, value in dense.items() if "num_batches" not in key}
    assert state.keys() == expected.keys(), f"{name}: {sorted(state.keys() ^ expected.keys())}"
    for key, value in expected.items():
        assert torch.equal(torch.as_tensor(state[key]), value), f"{name}: {key} differs"


# PyTorch, compressed rows.
tensors = load_file(f"{folder}/csr.safetensors")
state = {name: value for name, value in tensors.items() if not name.startswith("input.")}
stored = 0
for name in [name[:-7] for name in state if name.endswith(".values")]:
    rows, columns, values, extents = (
        state.pop(f"{name}.{part}") for part in ("crow_indices", "col_indices", "values", "shape"))
    extents = extents.tolist()
    matrix = torch.sparse_csr_tensor(
        rows, columns, values, (extents[0], numpy.prod(extents[1:])), check_invariants=True)
    state[name] = matrix.to_dense().reshape(extents)
    stored += len(values)
equals_dense("csr", state)
assert stored == case["weights"], f"{stored} stored weights, not {case['weights']}"
assert (tensors["input.mean"].numpy() == mean).all() and (tensors["input.scale"].numpy() == scale).all()
compare("PyTorch, compressed rows", outputs(state, strict=False))

# SciPy.
content = json.load(open(f"{folder}/npz/export.json"))
vectors = numpy.load(f"{folder}/npz/{content['vectors']}")
state = {name: vectors[name] for name in vectors.files if not name.startswith("input.")}
matrices = {}
for matrix in content["matrices"]:
    matrices[matrix["name"]] = scipy.sparse.load_npz(f"{folder}/npz/{matrix['file']}")
    state[matrix["name"]] = matrices[matrix["name"]].toarray().reshape(matrix["shape"])
    assert matrices[matrix["name"]].has_sorted_indices
equals_dense("npz", state)
if case["model"].startswith("mlp") and not case["batch_norm"]:
    x = ((raw.reshape(samples, -1) - vectors["input.mean"]) * vectors["input.scale"]).T
    for number in range(1, len(matrices) + 1):
        x = matrices[f"fc{number}.weight"] @ x + vectors[f"fc{number}.bias"][:, None]
        x = x if number == len(matrices) else numpy.maximum(x, 0)
    compare("SciPy", x.T)
else:
    compare("SciPy's matrices", outputs({name: torch.as_tensor(v) for name, v in state.items()}, strict=False))

# Tables.
content = json.load(open(f"{folder}/csv/export.json"))
state = {}
for name, index, value in list(csv.reader(open(f"{folder}/csv/{content['vectors']}")))[1:]:
    state.setdefault(name, []).append(numpy.float32(value))
for matrix in content["matrices"]:
    table = numpy.genfromtxt(f"{folder}/csv/{matrix['file']}", delimiter=",", names=True, dtype=None)
    table = numpy.atleast_1d(table)
    array = numpy.zeros(matrix["shape"], numpy.float32)
    array[tuple(table[name] for name in table.dtype.names[:-1])] = table["value"].astype(numpy.float32)
    state[matrix["name"]] = array
equals_dense("csv", {name: numpy.array(v) for name, v in state.items() if not name.startswith("input.")})
assert (numpy.array(state["input.mean"]) == mean).all() and (numpy.array(state["input.scale"]) == scale).all()
print("tables: equal")

# ONNX Runtime.
options = onnxruntime.SessionOptions()
options.log_severity_level = 3
sizes = {}
for kind in ("plain", "folded", "sparse"):
    path = f"{folder}/{kind}.onnx"
    sizes[kind] = os.path.getsize(path)
    model = onnx.load(path)
    # The full check infers types, and no operator of ONNX's takes a sparse tensor: what is said of initializers and what is
    # said of operators do not go together. Runtimes make dense ones of them before.
    onnx.checker.check_model(model, full_check=kind != "sparse")
    assert {entry.key: entry.value for entry in model.metadata_props}["model"] == case["model"]
    operations = [node.op_type for node in model.graph.node]
    assert operations[:2] == ["Sub", "Mul"]
    if kind == "folded" and case["folds"]:
        assert "BatchNormalization" not in operations
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    assert [value.name for value in session.get_inputs()] == ["input"], session.get_inputs()[0].name
    assert [value.name for value in session.get_outputs()] == ["output"]
    given = session.get_inputs()[0].shape
    assert given[0] == "batch"
    found = session.run(None, {"input": raw.reshape(samples, *given[1:])})[0]
    compare(f"ONNX Runtime, {kind}", found)
    one = session.run(None, {"input": raw[:1].reshape(1, *given[1:])})[0]
    assert numpy.abs(one - logits[:1]).max() <= 1e-4 * numpy.abs(logits).max()
assert sizes["sparse"] < sizes["plain"] or case["weights"] > 0.3 * sum(v.numel() for v in dense.values())
