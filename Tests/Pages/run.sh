#!/usr/bin/env bash
# Makes pages of all kinds and opens them in a browser (check.sh): runs with and without updates of the topology, of many layers,
# in blocks, with names that would be code if they were not escaped, and pages of several runs.
#   Tests/Pages/run.sh PROGRAM [FOLDER]      the pages' pictures are kept in FOLDER
set -eu
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
here=$(cd "$(dirname "$0")" && pwd)
pictures=${2:+$(mkdir -p "$2" && cd "$2" && pwd)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

train() { "$program" --quiet --json --out "$@" > /dev/null; }
train mlp --epochs 20
train seed-1 --epochs 20 --seed 1
train static --epochs 20 --algo static --density 0.05
train blocks --epochs 3 --model mlp:64,64 --block 8 --density 0.3
train deep --epochs 2 --model resnet20 --train-samples 200 --delta-t 3
train short --steps 1 --model mlp:8
python3 - << 'END'
hostile = ["<script>alert(1)</script>", "\"quoted\" & <b>bold</b>", "a name that is much longer than any column of a table can be wide " * 2]
with open("classes.csv", "w") as file:
    file.write("first,<img src=x onerror=alert(2)>,class\n")
    for row in range(300):
        name = hostile[row % 3].replace('"', '""')
        file.write(f'{row % 7},{row % 3 * 2},"{name}"\n')
END
train hostile --data classes.csv --target class --model mlp:16 --density 0.5 --epochs 5
"$program" report mlp seed-1 static --out several.html > /dev/null
"$program" report mlp hostile deep --title '<i>different</i> data' --out different.html > /dev/null
"$program" sweep --algo static,rigl --ratio 1,2,4 --seed 0,1 --epochs 2 --out sweep --quiet > /dev/null
"$here/check.sh" ${pictures:+--pictures "$pictures"} */report.html several.html different.html
