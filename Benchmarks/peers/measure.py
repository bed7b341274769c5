#!/usr/bin/env python3
"""Times one library in one process and prints records with the keys of sparsebench's.

Each result is first compared with plain numpy in double precision; a wrong one is an error. compare.py runs this with
the environment it needs; by itself it is of use to look at one library.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import warnings
from collections.abc import Callable, Iterator

import numpy as np

import reference
from libraries import LIBRARIES
from problems import ConvolutionProblem, LinearProblem, NetworkProblem, model_problem

#: Largest difference from the reference, as a share of its largest number: of a product's results, and of what some
#: steps changed in the weights (little, of which single precision keeps fewer digits).
TOLERANCE, TOLERANCE_OF_CHANGE = 1e-4, 1e-2
#: The same of libraries that multiply in bfloat16: five steps change weights little, and their largest difference is that of a few
#: weights whose samples came to the other side of a ReLU. That the work is right is known from the same library in 32 bits.
HALVED_TOLERANCE, HALVED_TOLERANCE_OF_CHANGE = 2e-2, 0.25
TRAINED_STEPS = 5
WARM_UP = 5
LEAST_REPETITIONS = 9


def measure(run: Callable[[], object], seconds: float) -> dict[str, float]:
    """Median and quartiles of the time of a call, and its least processor time, in milliseconds."""
    for _ in range(WARM_UP):
        run()
    times: list[float] = []
    processor = float("inf")
    begin = time.perf_counter()
    while len(times) < LEAST_REPETITIONS or time.perf_counter() - begin < seconds:
        start, busy = time.perf_counter(), time.process_time()
        run()
        processor = min(processor, time.process_time() - busy)
        times.append((time.perf_counter() - start) * 1e3)
    times.sort()
    n = len(times)
    return {"milliseconds": times[n // 2], "cpu_milliseconds_best": processor * 1e3, "milliseconds_low": times[n // 4],
            "milliseconds_high": times[n * 3 // 4]}


def tolerances(options: argparse.Namespace) -> tuple[float, float]:
    """Of a product's results, and of the weights' change."""
    if LIBRARIES[options.library].halved:
        return HALVED_TOLERANCE, HALVED_TOLERANCE_OF_CHANGE
    return TOLERANCE, TOLERANCE_OF_CHANGE


def verify(what: str, found: np.ndarray, expected: np.ndarray, tolerance: float) -> None:
    error = reference.largest_error(found, expected)
    if not error <= tolerance:
        sys.exit(f"{what}: result differs from the reference by {error:.1e}")


def linear(library, options: argparse.Namespace, density: float) -> dict[str, Callable]:
    problem = LinearProblem.random(options.rows, options.columns or options.rows, options.batch, density)
    subject = library.Linear(problem, options.threads)
    for op, expected in reference.linear(problem).items():
        # Twice: a library may add to what the first call left.
        getattr(subject, op)()
        verify(op, subject.array(op, getattr(subject, op)()), expected, tolerances(options)[0])
    return {op: getattr(subject, op) for op in LinearProblem.OPERATIONS}


def step(library, options: argparse.Namespace, density: float) -> dict[str, Callable]:
    problem = NetworkProblem.random(options.rows, options.batch, density)
    subject = library.Step(problem, options.threads)
    for _ in range(TRAINED_STEPS):
        subject()
    expected = reference.train(problem, TRAINED_STEPS)
    for layer, before in enumerate(problem.weights):
        start = before.toarray()
        verify(f"change of layer {layer + 1} in {TRAINED_STEPS} steps", subject.weights()[layer] - start,
               expected[layer] - start, tolerances(options)[1])
    return {"step": subject}


def convolutions(library, options: argparse.Namespace, density: float) -> Iterator[tuple[dict, dict[str, Callable]]]:
    """What is measured of each shape, with the shape as records name it."""
    for channels, side in ConvolutionProblem.SHAPES:
        problem = ConvolutionProblem.random(channels, side, options.batch, density)
        subject = library.Convolution(problem, options.threads)
        subject.conv_training()
        output, input_gradient, _ = subject.conv_training()
        stored = problem.weights != 0
        expected = reference.convolution(problem)
        # numpy has no bfloat16.
        found = {"output": (output.detach().float().numpy(), expected[0]),
                 "input gradient": (input_gradient.float().numpy(), expected[1]),
                 "weight gradient": (subject.weight_gradient().numpy()[stored], expected[2][stored])}
        for name, (result, right) in found.items():
            verify(f"{name} of {channels} channels", result, right, tolerances(options)[0])
        shape = {"in_channels": channels, "out_channels": channels, "height": side, "width": side, "kernel": 3}
        yield shape, {op: getattr(subject, op) for op in ConvolutionProblem.OPERATIONS}


def model(library, options: argparse.Namespace, density: float | None = None) -> dict[str, Callable]:
    shape = [] if density is None else [density]
    subject = library.ModelStep(model_problem(options.model, options.batch), options.threads, *shape)
    losses = [subject() for _ in range(2 * TRAINED_STEPS)]
    if not losses[-1] < losses[0]:
        sys.exit(f"training on one batch does not lower its loss: {losses}")
    return {"model_step": subject}


def subjects(library, options: argparse.Namespace) -> Iterator[tuple[dict, dict[str, Callable]]]:
    """The calls to be timed, with what their records say of them."""
    densities = [float(d) for d in options.densities.split(",")]
    if options.what == "model":
        if LIBRARIES[options.library].models_by_density:
            for density in densities:
                yield {"density": density}, model(library, options, density)
        else:
            yield {"density": 1.0}, model(library, options)
        return
    if options.what == "convolution":
        for density in densities if LIBRARIES[options.library].sparse else [1.0]:
            for shape, runs in convolutions(library, options, density):
                yield {"density": density} | shape, runs
        return
    if options.library in ("torch-dense", "torch-dense-bf16") and options.what == "step":
        # Without masks there is only the dense network.
        densities = [1.0]
    for density in densities:
        about = {"rows": options.rows, "columns": options.columns or options.rows, "density": density}
        yield about, (step if options.what == "step" else linear)(library, options, density)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", choices=LIBRARIES)
    parser.add_argument("--what", choices=["step", "linear", "convolution", "model"], default="step")
    parser.add_argument("--rows", type=int, default=1000, help="outputs of the layer, or hidden units of the network")
    parser.add_argument("--columns", type=int, help="inputs of the layer, default as rows")
    parser.add_argument("--model", default="wrn-22-2", help="wrn-DEPTH-WIDTH or gpt:LAYERSxWIDTH")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--densities", default="0.1", help="with commas between them")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=0.5, help="time for each figure")
    options = parser.parse_args()

    # Libraries that warn of themselves: "in beta state".
    warnings.filterwarnings("ignore")
    records = []
    for about, runs in subjects(LIBRARIES[options.library].load(), options):
        for op, run in runs.items():
            records.append({"op": op, "format": options.library, "batch": options.batch, "threads": options.threads}
                           | about | measure(run, options.seconds))
    json.dump(records, sys.stdout)


if __name__ == "__main__":
    main()
