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
from collections.abc import Callable

import numpy as np

import reference
from libraries import LIBRARIES
from problems import LinearProblem, NetworkProblem

#: Largest difference from the reference, as a share of its largest number: of a product's results, and of what some
#: steps changed in the weights (little, of which single precision keeps fewer digits).
TOLERANCE, TOLERANCE_OF_CHANGE = 1e-4, 1e-2
TRAINED_STEPS = 5
WARM_UP = 5
LEAST_REPETITIONS = 9


def quartiles(run: Callable[[], object], seconds: float) -> tuple[float, float, float]:
    """First quartile, median and third quartile of the time of a call, in milliseconds."""
    for _ in range(WARM_UP):
        run()
    times: list[float] = []
    begin = time.perf_counter()
    while len(times) < LEAST_REPETITIONS or time.perf_counter() - begin < seconds:
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1e3)
    times.sort()
    n = len(times)
    return times[n // 4], times[n // 2], times[n * 3 // 4]


def verify(what: str, found: np.ndarray, expected: np.ndarray, tolerance: float = TOLERANCE) -> None:
    error = reference.largest_error(found, expected)
    if not error <= tolerance:
        sys.exit(f"{what}: result differs from the reference by {error:.1e}")


def linear(library, options: argparse.Namespace, density: float) -> dict[str, Callable]:
    problem = LinearProblem.random(options.rows, options.columns or options.rows, options.batch, density)
    subject = library.Linear(problem, options.threads)
    for op, expected in reference.linear(problem).items():
        # Twice: a library may add to what the first call left.
        getattr(subject, op)()
        verify(op, subject.array(op, getattr(subject, op)()), expected)
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
               expected[layer] - start, TOLERANCE_OF_CHANGE)
    return {"step": subject}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", choices=LIBRARIES)
    parser.add_argument("--what", choices=["step", "linear"], default="step")
    parser.add_argument("--rows", type=int, default=1000, help="outputs of the layer, or hidden units of the network")
    parser.add_argument("--columns", type=int, help="inputs of the layer, default as rows")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--densities", default="0.1", help="with commas between them")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=0.5, help="time for each figure")
    options = parser.parse_args()

    library = LIBRARIES[options.library]
    # Libraries that warn of themselves: "in beta state".
    warnings.filterwarnings("ignore")
    densities = [float(d) for d in options.densities.split(",")]
    if options.library == "torch-dense" and options.what == "step":
        # Without masks there is only the dense network.
        densities = [1.0]
    records = []
    for density in densities:
        runs = (step if options.what == "step" else linear)(library.load(), options, density)
        for op, run in runs.items():
            low, median, high = quartiles(run, options.seconds)
            records.append({
                "op": op, "format": options.library, "rows": options.rows, "columns": options.columns or options.rows,
                "batch": options.batch, "density": density, "threads": options.threads, "milliseconds": median,
                "milliseconds_low": low, "milliseconds_high": high,
            })
    json.dump(records, sys.stdout)


if __name__ == "__main__":
    main()
