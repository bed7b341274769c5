#!/usr/bin/env bash
# Opens pages in a headless browser, on light and dark ground, 1200 and 400 pixels wide, and looks for text outside of its
# box, text on text, charts without points, sideways scrolling, errors in the console and attempts to load something.
#   Tests/Pages/check.sh [--pictures FOLDER] PAGE.html...
# Ends with 0 when nothing was found, 1 when something was, 3 when there is no browser. Needs Chromium (on Debian:
# apt-get install chromium) and Python 3.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
pictures=
if [ "${1:-}" = --pictures ]; then
    mkdir -p "$2"
    pictures=$(cd "$2" && pwd)
    shift 2
fi
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" > /dev/null; then browser=$name && break; fi
done
if [ -z "${browser:-}" ]; then
    echo 'no Chromium found: pages are not looked at in a browser'
    exit 3
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# look WIDTH SCHEME HEIGHT OPTION...: the page in a frame, as narrow as a window cannot be.
look() {
    local width=$1 scheme=$2 height=$3
    shift 3
    cat > "$work/frame.html" << END
<!DOCTYPE html><meta charset="utf-8"><title>waiting</title><style>body{margin:0}iframe{border:0;display:block}</style>
<script>addEventListener('message',function(event){document.body.appendChild(document.createElement('pre')).textContent='result '+event.data})</script>
<body><iframe src="page.html" width="$width" height="$height"></iframe></body>
END
    timeout 120 "$browser" --headless=new --no-sandbox --disable-gpu --hide-scrollbars --disable-extensions \
        --user-data-dir="$work/profile" --blink-settings=preferredColorScheme="$scheme" \
        --window-size="$((width < 500 ? 500 : width)),$height" --enable-logging=stderr --log-level=0 --virtual-time-budget=5000 \
        "$@" "file://$work/frame.html" 2> "$work/log"
}

status=0
for page in "$@"; do
    python3 - "$page" "$here/check.js" "$work/page.html" << 'END'
import sys
page, script, copy = sys.argv[1:]
text = open(page, encoding="utf-8").read()
assert text.count("</body>") == 1, f"{page}: not one </body>"
open(copy, "w", encoding="utf-8").write(text.replace("</body>", "<script>" + open(script).read() + "</script></body>"))
END
    for mode in '1200 1 light' '1200 0 dark' '400 1 narrow'; do
        set -- $mode
        look "$1" "$2" 1000 --dump-dom > "$work/dom" || true
        height=$(python3 - "$page" "$3" "$work/dom" "$work/log" << 'END'
import html, json, re, sys
page, mode, dom, log = sys.argv[1:]
found = re.search(r"result (\{.*?\})</pre>", open(dom, encoding="utf-8").read(), re.S)
faults = [line.split("CONSOLE", 1)[1] for line in open(log, errors="replace") if "CONSOLE" in line]
if not found:
    print(0)
    sys.exit(f"{page} ({mode}): the browser gave no result")
result = json.loads(html.unescape(found.group(1)))
if result["dark"] != (mode == "dark"):
    faults.append("the browser did not take the colour scheme")
faults = result["faults"] + faults
print(f'{page} ({mode}, {result["width"]} pixels): {result["charts"]} charts, {len(faults)} faults', file=sys.stderr)
for fault in faults:
    print("  " + fault, file=sys.stderr)
print(min(result["height"], 16000))
sys.exit(1 if faults else 0)
END
        ) || status=1
        if [ -n "$pictures" ] && [ "$height" -gt 0 ]; then
            name=$(echo "$page" | tr -c 'A-Za-z0-9.\n' '-')
            look "$1" "$2" "$height" --screenshot="$pictures/$name-$3.png" > /dev/null || status=1
        fi
    done
done
exit $status
