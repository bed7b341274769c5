#!/usr/bin/env bash
# Builds the examples, runs them, and compares what they print.
#
#     docs/Examples/run.sh debug|release
set -eu
cd "$(dirname "$0")/../.."
build=(swift build --package-path docs/Examples --scratch-path .build-examples -c "$1")
"${build[@]}"
programs=$("${build[@]}" --show-bin-path)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

expect() { # NAME PATTERN: every line of standard input, in order.
    local name=$1 found expected
    found=$(cat) expected=$2
    [[ $found =~ ^$expected$ ]] || { printf '%s printed\n%s\nwhere this was expected:\n%s\n' "$name" "$found" "$expected"; exit 1; }
}

# Two rings of points around the origin.
awk 'BEGIN { for (i = 0; i < 600; i++) { r = i % 2 ? 0.4 : 1; a = i * 2.399963
    printf "%.4f,%.4f,%s\n", r * cos(a), r * sin(a), i % 2 ? "inner" : "outer" } }' > "$folder/points.csv"

"$programs/points" train "$folder/points.csv" "$folder/learnt" \
    | expect 'points train' $'[0-9]+ of [0-9]+ weights, moved\ntest accuracy (0\\.9[5-9]|1\\.00)'
"$programs/points" predict "$folder/learnt" 0.3,-0.2 | expect 'points predict' inner
"$programs/points" predict "$folder/learnt" -0.7,0.7 | expect 'points predict' outer
! "$programs/points" predict "$folder/learnt" 1,2,3 2> "$folder/errors"
expect 'points predict' 'points: sample: 3 features; expected 2' < "$folder/errors"
! "$programs/points" predict "$folder/none" 1,2 2> "$folder/errors"
expect 'points predict' 'points: .*/none: no such file or run folder' < "$folder/errors"
"$programs/service" | expect service $'8 tasks were answered while 15 epochs were trained\nfirst network: 0\\.[0-9]+ of some answers right\nsecond network: 0\\.9[0-9] of some answers right\nthe second is better'
echo "examples ($1): printed what they should"
