"""Peak memory of the methods that grow by gradient, beside that of static at their density, and at the density of all that
they store at most: the figures of docs/results.md.

    python3 Benchmarks/methods/memory.py
"""

import argparse

from runs import run

RECIPE = "--model mlp:8192,8192 --data digits --batch-size 128 --steps 100 --distribution erk".split()
# Options, and the density of what is stored at most.
METHODS = {
    "static": ("", 0.005),
    "rigl": ("--delta-t 10", 0.005),
    "itop-rigl": ("--delta-t 10", 0.005),
    "srigl": ("--delta-t 10", 0.005),
    "granet": ("--delta-t 10 --initial-density 0.006", 0.006),
    # Its forward pass has a matrix of its own: .005 more.
    "topkast": ("--delta-t 10 --backward-density 0.0075", 0.0125),
    "snfs": ("--delta-t 50", 0.005),
}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--command", default=".build/release/sparsetrain")
    arguments.add_argument("--methods", nargs="+", default=list(METHODS))
    chosen = arguments.parse_args()

    def peak(method, density, options):
        """In MB."""
        summary = run(
            chosen.command, "--algo", method, "--density", density, *RECIPE, *options.split(), "--out",
            f"runs/memory/{method}-{density}", threads=2)
        return summary["peak_rss_bytes"] / 1e6

    static = {}
    print("| method | peak resident memory, MB | over static | stored at most | over static of that density |")
    print("|---|---|---|---|---|")
    for method in chosen.methods:
        options, most = METHODS[method]
        for density in (0.005, most):
            static[density] = static.get(density) or peak("static", density, "")
        memory = peak(method, 0.005, options)
        print(
            f"| {method} | {memory:.1f} | {memory / static[0.005]:.2f} | {most} | {memory / static[most]:.2f} |",
            flush=True)


main()
