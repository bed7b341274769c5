#!/usr/bin/env bash
# Makes the API documentation, with the tools of the toolchain alone, and fails when it is not whole: a public declaration without a
# summary, a link that leads nowhere, or an example of an article that does not compile or run.
#
#     docs/api.sh [FOLDER]    FOLDER gets a site that any web server, or `python3 -m http.server`, serves; default: .build-api/site
set -eu
cd "$(dirname "$0")/.."
site=${1:-.build-api/site}
catalog=Sources/SparseTraining/SparseTraining.docc
rooms=(SparseParts SparseStore SparsePolicies SparseModels SparseData SparseTraining)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

mkdir "$folder/articles"
# The blocks of each article, one after the other, are a program.
{
    printf '// swift-tools-version: 6.2\nimport PackageDescription\nlet swift: [SwiftSetting] = [.swiftLanguageMode(.v6)]\n'
    printf 'let package = Package(name: "articles", platforms: [.macOS(.v15)],\n'
    printf 'dependencies: [.package(name: "sparsetrain", path: "%s")], targets: [\n' "$PWD"
    for article in "$catalog"/*.md; do
        name=$(basename "$article" .md)
        mkdir -p "$folder/articles/$name"
        sed -n '/^```swift$/,/^```$/{/^```/d;p}' "$article" > "$folder/articles/$name/main.swift"
        printf '.executableTarget(name: "%s-article", ' "$name"
        printf 'dependencies: [.product(name: "SparseTraining", package: "sparsetrain")], path: "%s", swiftSettings: swift),\n' "$name"
    done
    printf '])\n'
} > "$folder/articles/Package.swift"
build=(swift build --package-path "$folder/articles" --scratch-path .build-examples -c release)
"${build[@]}"
programs=$("${build[@]}" --show-bin-path)
mkdir "$folder/work"
for article in "$catalog"/*.md; do
    name=$(basename "$article" .md)
    (cd "$folder/work" && "$programs/$name-article" > "$folder/output") || { echo "$article: its program failed"; exit 1; }
    [ -s "$folder/output" ] || { echo "$article: its program printed nothing"; exit 1; }
done
echo "the programs of the articles run"

triple=$(swiftc -print-target-info | sed -n 's/^ *"triple": "\(.*\)",$/\1/p' | head -n 1)
mkdir "$folder/graphs"
for room in "${rooms[@]}"; do
    swift symbolgraph-extract -module-name "$room" -target "$triple" -I "$programs/Modules" -I Sources/CZlib \
        -Xcc "-fmodule-map-file=$programs/SparseKernels.build/module.modulemap" \
        -Xcc "-fmodule-map-file=$programs/EmbeddedDigits.build/module.modulemap" \
        -minimum-access-level public -skip-synthesized-members -output-dir "$folder/graphs"
done

# A symbol of a module that has no comment of its own, and inherits none.
python3 - "$folder/graphs"/*.json << 'END'
import json, sys
symbols = [symbol for path in sys.argv[1:] for symbol in json.load(open(path))["symbols"] if "location" in symbol]
bare = [symbol for symbol in symbols if "docComment" not in symbol]
for symbol in bare:
    place = symbol["location"]
    name = ".".join(symbol["pathComponents"])
    print(f'{place["uri"].removeprefix("file://")}:{place["position"]["line"] + 1}: {name} has no summary')
print(f"{len(symbols)} public symbols, {len(bare)} without a summary")
sys.exit(1 if bare else 0)
END

mkdir -p "$(dirname "$site")"
docc convert "$catalog" --additional-symbol-graph-dir "$folder/graphs" --fallback-display-name SparseTraining \
    --fallback-bundle-identifier sparsetrain --warnings-as-errors --transform-for-static-hosting --output-dir "$site"
echo "$site: open documentation/sparsetraining on a web server that serves this folder"
