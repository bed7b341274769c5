"""One sample through 784-1000-1000-1000-10 on one thread: PyTorch's dense network, in the fastest of several ways to call it, and
`sparsebench --op inference`, in turn. Prints microseconds, the least of all rounds, and how many times faster the sparse one is.
Needs PyTorch.

    python3 Benchmarks/inference/pytorch.py --command .build/release/sparsebench
"""

import argparse
import json
import subprocess
import time

import torch

torch.set_num_threads(1)


def ways():
    """Calls that compute the same dense network, by name."""
    sizes = [784, 1000, 1000, 1000, 10]
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
    network = torch.nn.Sequential(*layers[:-1]).eval()
    sample = torch.rand(784)
    row = sample.reshape(1, -1)
    linear = [layer for layer in layers if isinstance(layer, torch.nn.Linear)]
    weights = [layer.weight.detach() for layer in linear]
    biases = [layer.bias.detach() for layer in linear]

    def products(x):
        for weight, bias in zip(weights[:-1], biases[:-1]):
            x = torch.addmv(bias, weight, x).relu_()
        return torch.addmv(biases[-1], weights[-1], x)

    with torch.inference_mode():
        traced = torch.jit.freeze(torch.jit.trace(network, row))
    return {
        "modules, a row": lambda: network(row), "modules, a vector": lambda: network(sample),
        "addmv": lambda: products(sample), "traced and frozen": lambda: traced(row),
    }


def least(call, seconds=1.0):
    """Microseconds of the fastest of some repetitions."""
    end = time.perf_counter() + seconds
    best = float("inf")
    while time.perf_counter() < end:
        begin = time.perf_counter()
        for _ in range(10):
            call()
        best = min(best, (time.perf_counter() - begin) / 10)
    return best * 1e6


def sparse(command, density):
    result = subprocess.run(
        [command, "--op", "inference", "--batch", "1", "--density", str(density), "--json"], capture_output=True, text=True,
        check=True)
    lines = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    records = lines or json.loads(result.stdout)
    return min(record["milliseconds_best"] for record in records) * 1e3


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--command", default=".build/release/sparsebench")
    arguments.add_argument("--rounds", type=int, default=3)
    chosen = arguments.parse_args()
    densities = [0.1, 0.05, 0.02]
    dense, ours = {}, {}
    with torch.inference_mode():
        calls = ways()
        for _ in range(chosen.rounds):
            for name, call in calls.items():
                dense[name] = min(dense.get(name, float("inf")), least(call))
            for density in densities:
                ours[density] = min(ours.get(density, float("inf")), sparse(chosen.command, density))
    for name, time_taken in dense.items():
        print(f"PyTorch {torch.__version__}, dense, {name}: {time_taken:.1f} us")
    best = min(dense.values())
    for density in densities:
        print(f"density {density}: {ours[density]:.1f} us, {best / ours[density]:.1f} times faster than PyTorch's best")


if __name__ == "__main__":
    main()
