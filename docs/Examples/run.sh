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

# NAME EXPRESSION...: standard input has a line for each of the expressions, and no other.
expect() {
    local name=$1 found expected
    shift
    found=$(cat)
    expected=$(printf '%s\n' "$@")
    [[ $found =~ ^$expected$ ]] && return
    printf '%s printed\n%s\nwhere this was expected:\n%s\n' "$name" "$found" "$expected"
    exit 1
}

# Two rings of points around the origin.
awk 'BEGIN { for (i = 0; i < 600; i++) { r = i % 2 ? 0.4 : 1; a = i * 2.399963
    printf "%.4f,%.4f,%s\n", r * cos(a), r * sin(a), i % 2 ? "inner" : "outer" } }' > "$folder/points.csv"

"$programs/points" train "$folder/points.csv" "$folder/learnt" \
    | expect 'points train' '[0-9]+ of [0-9]+ weights, moved' 'test accuracy (0\.9[5-9]|1\.00)'
"$programs/points" predict "$folder/learnt" 0.3,-0.2 | expect 'points predict' inner
"$programs/points" predict "$folder/learnt" -0.7,0.7 | expect 'points predict' outer

# Errors say what is wrong, with a status that says so too.
refused() {
    if "$programs/points" "$@" 2> "$folder/errors"; then echo "points $*: was not refused"; exit 1; fi
}
refused predict "$folder/learnt" 1,2,3
expect 'points predict' 'points: features: 3 numbers; expected 2, the features of a sample' < "$folder/errors"
refused predict "$folder/none" 1,2
expect 'points predict' 'points: .*/none: no such file or run folder' < "$folder/errors"

"$programs/service" | expect service \
    '8 tasks were answered while 15 epochs were trained' \
    'first network: 0\.[0-9]+ of some answers right' \
    'second network: 0\.9[0-9] of some answers right' \
    'the second is better'
echo "examples ($1): printed what they should"
