"""Reads language models that `sparsetrain export` wrote with ONNX Runtime, and compares their outputs with sparsetrain's.

    python3 check_text_export.py FOLDER

FOLDER has plain.onnx, sparse.onnx and cases.json: lists of token ids, sequence after sequence, and the logits of each token as
sparsetrain has them. Prints a line for each comparison and fails at the first that does not hold.
"""
import json
import sys

import numpy
import onnx
import onnxruntime

folder = sys.argv[1]
cases = json.load(open(f"{folder}/cases.json"))
for name in ("plain", "sparse"):
    model = onnx.load(f"{folder}/{name}.onnx")
    # Types of no operator allow sparse tensors.
    onnx.checker.check_model(model, full_check=name == "plain")
    session = onnxruntime.InferenceSession(f"{folder}/{name}.onnx", providers=["CPUExecutionProvider"])
    (given,), (output,) = session.get_inputs(), session.get_outputs()
    assert given.type == "tensor(int64)" and given.shape == ["batch", "time"], (given.type, given.shape)
    assert output.shape[:2] == ["batch", "time"], output.shape
    for case in cases:
        logits = numpy.array(case["logits"])
        found = session.run(None, {given.name: numpy.array(case["ids"], numpy.int64)})[0]
        assert found.shape == logits.shape, (found.shape, logits.shape)
        error = numpy.abs(found - logits).max() / numpy.abs(logits).max()
        assert error <= 1e-4, f"{name}: outputs differ by {error} of the largest"
        print(f"{name}, {logits.shape[1]} tokens: within {error:.1e}")
