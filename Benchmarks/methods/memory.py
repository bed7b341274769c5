"""Peak memory of the methods that grow by gradient, beside that of static: the table of docs/methods.md.

    python3 Benchmarks/methods/memory.py
"""

import argparse

from runs import run

RECIPE = (
    "--model mlp:8192,8192 --density 0.005 --data digits --batch-size 128 --steps 100 --distribution erk").split()
METHODS = {
    "static": "",
    "rigl": "--delta-t 10",
    "itop-rigl": "--delta-t 10",
    "srigl": "--delta-t 10",
    "topkast": "--delta-t 10 --backward-density 0.0075",
    "granet": "--delta-t 10 --initial-density 0.006",
    "snfs": "--delta-t 50",
}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--command", default=".build/release/sparsetrain")
    arguments.add_argument("--methods", nargs="+", default=list(METHODS))
    chosen = arguments.parse_args()
    peaks = {}
    print("| method | peak resident memory, MB | over static |")
    print("|---|---|---|")
    for method in chosen.methods:
        summary = run(
            chosen.command, "--algo", method, *RECIPE, *METHODS[method].split(), "--out", f"runs/memory/{method}",
            threads=2)
        peaks[method] = summary["peak_rss_bytes"] / 1e6
        print(f"| {method} | {peaks[method]:.1f} | {peaks[method] / peaks['static']:.2f} |", flush=True)


main()
