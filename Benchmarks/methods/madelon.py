"""Madelon as one CSV with a header: its training and its validation part, 2,600 samples of 500 features and a class.

    python3 Benchmarks/methods/madelon.py path/to/madelon madelon.csv
"""

import gzip
import pathlib
import sys


def lines(path):
    with gzip.open(path, "rt") as file:
        return [line.split() for line in file]


def main(folder, target):
    rows = []
    for part in ("train", "valid"):
        samples, labels = (lines(pathlib.Path(folder, f"madelon_{part}.{kind}.gz")) for kind in ("data", "labels"))
        rows += [sample + label for sample, label in zip(samples, labels, strict=True)]
    with open(target, "w") as file:
        print(*(f"f{number}" for number in range(1, len(rows[0]))), "class", sep=",", file=file)
        for row in rows:
            print(*row, sep=",", file=file)


if __name__ == "__main__":
    main(*sys.argv[1:])
