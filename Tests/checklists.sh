#!/usr/bin/env bash
# Follows every checklist of docs/CONTRIBUTING.md to the letter in a copy of the package: adds the files that it names, from
# Tests/Additions, appends and registers where it says, builds once, and runs what it says to try. Fails when a list names a
# file or a place that is not there, when what it adds does not compile, or when the command does not show it.
#
#     Tests/checklists.sh
set -eu
cd "$(dirname "$0")/.."
page=docs/CONTRIBUTING.md
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git ls-files -z --cached --others --exclude-standard | tar -c --null -T - -f - | tar -x -C "$copy" -f -

# One line for each item of a list: the heading above it, a tab, and the item.
items() {
    awk '
        function flush() { if (item != "") print heading "\t" item; item = "" }
        /^### / { flush(); heading = substr($0, 5); next }
        /^- / { flush(); item = substr($0, 3); next }
        /^  [^ ]/ && item != "" { item = item substr($0, 2); next }
        { flush() }
        END { flush() }' "$page"
}
fail() { echo "$page, $heading: $1" >&2; exit 1; }

code='`([^`]+)`'
additions=0
cd "$copy"
while IFS=$'\t' read -r heading item; do
    case $item in
    '**Add**'*)
        [[ $item =~ ^\*\*Add\*\*\ $code,\ such\ as\ $code ]] || continue
        target=${BASH_REMATCH[1]} example=${BASH_REMATCH[2]}
        [ -d "$(dirname "$target")" ] || fail "there is no folder for $target"
        [ ! -e "$target" ] || fail "$target is there already"
        cp "$example" "$target" || fail "there is no $example"
        additions=$((additions + 1))
        ;;
    '**Append**'*)
        [[ $item =~ to\ $code\ what\ $code\ has ]] || fail "nothing to append in: $item"
        target=${BASH_REMATCH[1]} example=${BASH_REMATCH[2]}
        [ -e "$target" ] && [ -e "$example" ] || fail "there is no $target or no $example"
        { echo; cat "$example"; } >> "$target"
        additions=$((additions + 1))
        ;;
    '**Register**'*)
        rest=$item
        while [[ $rest =~ in\ $code\ put\ $code\ before\ $code(.*) ]]; do
            target=${BASH_REMATCH[1]} text=${BASH_REMATCH[2]} anchor=${BASH_REMATCH[3]} rest=${BASH_REMATCH[4]}
            [ -e "$target" ] || fail "there is no $target"
            content=$(cat "$target")
            [[ $content == *"$anchor"* ]] || fail "$target has no '$anchor'"
            before=${content%%"$anchor"*} between=' '
            # What begins a line gets a line of its own before it.
            [[ ${before##*$'\n'} =~ ^[[:space:]]*$ ]] && between=$'\n'
            printf '%s%s%s%s\n' "$before" "$text" "$between" "$anchor${content#*"$anchor"}" > "$target"
        done
        [ "$rest" != "$item" ] || fail "no place in: $item"
        ;;
    esac
done < <(items)

swift build > build.log 2>&1 || { grep -E ' (error|warning): ' build.log | grep -v '^ ' | sort -u >&2 || cat build.log >&2; exit 1; }
PATH=$(swift build --show-bin-path):$PATH
export PATH

tried=0
while IFS=$'\t' read -r heading item; do
    [[ $item =~ ^\*\*Try\*\*\ $code:\ ($code\ has\ )?$code ]] || continue
    command=${BASH_REMATCH[1]} file=${BASH_REMATCH[3]:-tried.log} text=${BASH_REMATCH[4]}
    bash -c "$command" > tried.log 2>&1 < /dev/null || { tail -n 20 tried.log >&2; fail "'$command' failed"; }
    grep -aqF -- "$text" "$file" || { tail -n 20 tried.log >&2; fail "after '$command' $file has no '$text'"; }
    tried=$((tried + 1))
done < <(items)
[ "$tried" -ge "$additions" ] || { echo "$page: $additions additions, but only $tried are tried" >&2; exit 1; }
echo "$additions additions by the checklists, $tried tries, all as they say"
