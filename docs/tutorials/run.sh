#!/usr/bin/env bash
# Runs what the tutorials and the README tell a reader to type, and fails on the first command that fails.
#
#     docs/tutorials/run.sh [BIN [PAGE...]]    BIN is the command; without it a release build is made. Pages: all of them.
#
# Of a page, in an empty folder and in order: every block of ```sh by bash, every block of ```python by $SPARSETRAIN_PYTHON
# (without it, or without the packages, the page ends there, which is said); a block after `<!-- file: NAME -->` is written to that
# file, behind what it has. A block after `<!-- long: run by hand on DATE -->` is left out. Of README.md it is the indented
# blocks: see `readme` below.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
command=${1:-}
if [ -z "$command" ]; then
    swift build -c release --product sparsetrain
    command=.build/release/sparsetrain
fi
command=$(realpath "$command")
shift $(($# > 0))
[ $# -gt 0 ] || set -- docs/tutorials/*.md README.md

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/bin"
ln -s "$command" "$folder/bin/sparsetrain"
export PATH=$folder/bin:$PATH

python=${SPARSETRAIN_PYTHON:-}
packages='import numpy, onnxruntime, safetensors.torch, torch'
if [ -z "$python" ]; then
    lacking='SPARSETRAIN_PYTHON names no Python'
elif ! "$python" -c "$packages" 2> /dev/null; then
    lacking="$python lacks packages: $packages"
else
    lacking=
fi

# run PAGE PIECE PROGRAM...: the piece by a program, with what it printed when it fails.
run() {
    local page=$1 piece=$2
    shift 2
    (cd "$work" && "$@" "$piece" > "$folder/output" 2>&1 < /dev/null) && return
    printf '%s: this failed\n' "$page"
    sed 's/^/    /' "$piece"
    printf 'and printed\n'
    sed 's/^/    /' "$folder/output"
    exit 1
}

# tutorial PAGE: its blocks, in order.
tutorial() {
    local page=$1 kind name count=0
    # Pieces are 001.KIND; of files, KIND is "file", and 001.name has the name.
    awk -v folder="$pieces" '
        function place(kind) { return sprintf("%s/%03d.%s", folder, ++count, kind) }
        !inside && /^<!-- (long|file): .* -->$/ { mark = $2; value = $0; sub(/^<!-- [a-z]+: /, "", value); sub(/ -->$/, "", value); next }
        !inside && /^```[a-z]+$/ {
            inside = 1; language = substr($0, 4); piece = ""
            if (mark == "file:") { piece = place("file"); name = piece; sub(/file$/, "name", name); print value > name; close(name) }
            else if (mark == "long:") piece = place("long")
            else if (language == "sh" || language == "python") piece = place(language)
            else if (language == "swift") { print FILENAME ":" FNR ": a block of Swift that is no file"; exit 1 }
            mark = ""; next
        }
        inside && /^```$/ { inside = 0; if (piece != "") { printf "" > piece; close(piece) }; next }
        inside { if (piece != "") print > piece; next }
        /[^ ]/ { mark = "" }
        END { if (inside) { print FILENAME ": a block without an end"; exit 1 } }
    ' "$page"
    # Programs of a page are built where the examples are.
    mkdir -p "$root/.build-examples"
    ln -s "$root/.build-examples" "$work/.build"
    for piece in "$pieces"/*; do
        kind=${piece##*.}
        case $kind in
            sh)
                # By the folder's own name, not by that of the link: a cache of modules is of one name.
                sed -i "s|^swift build |swift build --scratch-path '$root/.build-examples' |" "$piece"
                run "$page" "$piece" bash -euo pipefail
                count=$((count + 1))
                ;;
            python)
                if [ -n "$lacking" ]; then
                    echo "$page: from its first block of Python on it is left out: $lacking"
                    break
                fi
                run "$page" "$piece" "$python"
                count=$((count + 1))
                ;;
            file)
                name=$(cat "${piece%.file}.name")
                mkdir -p "$work/$(dirname "$name")"
                # The checkout is where it is.
                sed "s|path: \"../sparsetrain\"|path: \"$root\"|" "$piece" >> "$work/$name"
                ;;
            long) echo "$page: left out, as marked: $(head -n 1 "$piece")" ;;
        esac
    done
    [ "$count" -gt 0 ] || { echo "$page: no block was run"; exit 1; }
    echo "$page: $count blocks run in $((SECONDS - began)) s"
}

# Indented blocks of the README whose first word is `sparsetrain` (also as `swift run -c release sparsetrain`) or `cat`. What they are
# about is made first: runs, and a table of as many columns as digits have pixels. Left out are blocks with `path/to`, for data that
# is not here (the recipe for Fashion-MNIST has a test of its own), and other programs, such as `swift test`.
readme() {
    local page=$1 count=0 left=0 seed=0
    awk -v folder="$pieces" '
        /^    / { if (!inside) { inside = 1; piece = sprintf("%s/%03d.sh", folder, ++count) }; print substr($0, 5) > piece; next }
        { inside = 0 }
        /^```/ { while ((getline line) > 0 && line !~ /^```$/); }
    ' "$page"
    (
        cd "$work"
        for name in a b c mine NAME; do
            sparsetrain --quiet --model mlp:16 --epochs 1 --seed "$((seed++))" --out "runs/$name"
        done
        awk 'BEGIN { for (i = 0; i < 64; i++) printf "p%d,", i; print "class"
            for (n = 0; n < 200; n++) { for (i = 0; i < 64; i++) printf "%d,", (i * n) % 17; print n % 10 } }' > new.csv
        cp new.csv other.csv
    ) > "$folder/output" 2>&1 || { cat "$folder/output"; exit 1; }
    for piece in "$pieces"/*.sh; do
        sed -i 's/swift run -c release sparsetrain/sparsetrain/' "$piece"
        if grep -q 'path/to\|data fetch' "$piece" || ! grep -q '^\(sparsetrain\|cat\) ' "$piece"; then
            left=$((left + 1))
            continue
        fi
        run "$page" "$piece" bash -euo pipefail
        count=$((count + 1))
    done
    [ "$count" -gt 0 ] || { echo "$page: no block was run"; exit 1; }
    echo "$page: $count blocks run in $((SECONDS - began)) s; $left are left out: other programs, or data that is not here"
}

for page in "$@"; do
    name=$(basename "$page" .md)
    work=$folder/$name pieces=$folder/$name.pieces
    began=$SECONDS
    mkdir "$work" "$pieces"
    if [ "$name" = README ]; then readme "$page"; else tutorial "$page"; fi
done
