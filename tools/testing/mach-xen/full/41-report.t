#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# report: a browser shows the page of the logs that are there. Chromium prints it to PDF.
# The PDF's text has the sum, a failed point and that point's comments.
# Fails when: Chromium shows no text, or another one.
. "$(dirname "$0")/../t/tap.sh"
MX_BUILD=${MX_BUILD:-$top/build}
MX_LOGS=${MX_LOGS:-$MX_BUILD/logs}

mkdir "$T/build"
for part in bench linux xen; do
	[ ! -e "$MX_BUILD/$part" ] || ln -s "$(readlink -f "$MX_BUILD/$part")" "$T/build/$part"
done
# A log that is made up has a failed point.
mkdir "$T/more"
printf 'ok 1 - first\nnot ok 2 - the <second>\n# why & what\n1..2\n' >"$T/more/90-made-up.t.log"
report() { BUILD=$T/build "$top/scripts/report" "$MX_LOGS" "$T/more"; }
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
ok "it shows its point" shows 'not ok 2 - the <second>'
ok "it shows the words" shows 'why & what'
done_testing
