#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# report: the page of the logs that are there, in a browser. Chromium prints it, and its
# text has the sum, and of a test that has failed its point and its words.
# Fails when: the page is one that a browser does not show.
. "$(dirname "$0")/../t/tap.sh"
MX_BUILD=${MX_BUILD:-$top/build}

mkdir "$T/build"
for part in logs full bench linux xen; do
	[ ! -e "$MX_BUILD/$part" ] || ln -s "$(readlink -f "$MX_BUILD/$part")" "$T/build/$part"
done
[ "$(readlink -f "${MX_LOGS:-$MX_BUILD/logs}")" = "$(readlink -f "$T/build/logs")" ] ||
	ln -sfn "$(readlink -f "$MX_LOGS")" "$T/build/logs"
# One of them has failed.
mkdir "$T/more"
printf 'ok 1 - first\nnot ok 2 - the <second>\n# why & what\n1..2\n' >"$T/more/90-made-up.t.log"
report() { BUILD=$T/build "$top/scripts/report" "$T/build/logs" "$T/more"; }
ok "there is a page" report
sum=$(sed -n 's/.*report: \([0-9]* passed, [0-9]* failed\).*/\1/p' "$T/out")
browser()
{
	HOME=$T chromium --headless --no-sandbox --disable-gpu "$@" "file://$T/build/report.html"
}
ok "Chromium prints it" browser --print-to-pdf="$T/report.pdf"
ok "as text" pdftotext -layout "$T/report.pdf" "$T/report.txt"
shows() { grep -Eq -e "$1" "$T/report.txt" || { head -n 30 "$T/report.txt"; return 1; }; }
ok "it shows the sum: $sum" shows "^ *${sum:-none},"
ok "it shows a test that failed" shows '90-made-up +1 +1 +0'
ok "it shows its point" shows 'not ok 2 the <second>|not ok 2 - the <second>'
ok "it shows the words" shows 'why & what'
done_testing
