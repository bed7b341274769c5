"""Every method with its defaults, on five data sets: the table of docs/results.md.

    python3 Benchmarks/methods/defaults.py --data path/to/data

The folder holds fashion-mnist (four files), lung-gordon/lung-gordon.csv.gz, tox171/tox171.csv.gz and madelon (its parts).
No run is given anything but --algo, --density, --data, --epochs and --seed.
"""

import argparse
import concurrent.futures
import json
import math
import pathlib
import statistics
import subprocess
import tempfile

import madelon

METHODS = ["static", "set", "deepr", "dsr", "snfs", "rigl", "itop-set", "itop-rigl", "granet", "srigl", "mest", "topkast"]

# Name, path below the data folder, density, epochs.
SETS = {
    "digits-3": ("digits", 0.1, 3),
    "digits-10": ("digits", 0.1, 10),
    "digits-60": ("digits", 0.1, 60),
    "lung-gordon": ("lung-gordon/lung-gordon.csv.gz", 0.05, 60),
    "tox171": ("tox171/tox171.csv.gz", 0.05, 60),
    "madelon": ("madelon.csv", 0.05, 60),
    "fashion-mnist": ("fashion-mnist", 0.1, 3),
}


def accuracy(command, method, path, density, epochs, seed):
    """Test accuracy of one run in percent, or what it said when there is none."""
    with tempfile.TemporaryDirectory() as folder:
        result = subprocess.run(
            [command, "--algo", method, "--density", str(density), "--data", str(path), "--epochs", str(epochs),
             "--seed", str(seed), "--threads", "1", "--out", f"{folder}/run", "--json", "--quiet"],
            capture_output=True, text=True)
    return 100 * json.loads(result.stdout)["test_accuracy"] if result.returncode == 0 else result.stderr.strip()


def cell(values, control):
    """Mean and deviation, and, in brackets, the mean difference from static with its standard error, seed by seed."""
    failures = [value for value in values if isinstance(value, str)]
    if failures:
        return failures[0]
    text = f"{statistics.mean(values):.2f} ± {statistics.stdev(values):.2f}"
    if values is control:
        return text
    differences = [value - other for value, other in zip(values, control)]
    error = statistics.stdev(differences) / math.sqrt(len(differences))
    return f"{text} ({statistics.mean(differences):+.2f} ± {error:.2f})"


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--data", required=True, type=pathlib.Path)
    arguments.add_argument("--command", default=".build/release/sparsetrain")
    arguments.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    arguments.add_argument("--sets", nargs="+", default=list(SETS))
    arguments.add_argument("--methods", nargs="+", default=METHODS)
    arguments.add_argument("--processes", type=int, default=2)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(chosen.processes) as pool:
        table = pathlib.Path(folder, "madelon.csv")
        if "madelon" in chosen.sets:
            madelon.main(chosen.data / "madelon", table)
        paths = {"digits": "digits", "madelon.csv": table}
        for name in chosen.sets:
            path, density, epochs = SETS[name]
            print(f"\n{name}, density {density}, {epochs} epochs\n\n| method | test accuracy, % |\n|---|---|", flush=True)
            runs = {
                method: [
                    pool.submit(
                        accuracy, chosen.command, method, paths.get(path, chosen.data / path), density, epochs, seed)
                    for seed in chosen.seeds
                ]
                for method in chosen.methods
            }
            values = {method: [run.result() for run in runs[method]] for method in chosen.methods}
            for method in chosen.methods:
                print(f"| {method} | {cell(values[method], values[chosen.methods[0]])} |", flush=True)


main()
