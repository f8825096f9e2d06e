#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# report: the page of the last runs has what the logs have, and needs no other file.
# Fails when: a test that failed or did not end is counted as passed, its words are lost or
# are taken for HTML, there is a page of no logs.
. "$(dirname "$0")/tap.sh"
BUILD=$T/build
export BUILD
report() { "$top/scripts/report"; }

refused "no logs: it says so" 'error: report: no logs of tests in .*: run make check' report
mkdir -p "$BUILD/logs" "$BUILD/full/coverage" "$BUILD/bench"
cat >"$BUILD/logs/10-frontdoor.t.log" <<'END'
ok 1 - first
# mach-xen: boot xen: report passed, machine off, 7 s
ok 2 - second # SKIP not here
1..2
END
cat >"$BUILD/logs/30-xen-boot.t.log" <<'END'
ok 1 - first
not ok 2 - the <second>
# why & what
# mach-xen: error: boot xen: the machine failed: no memory (after 3 s)
ok 3 - third
1..3
END
# It died.
cat >"$BUILD/logs/31-xen-selfcheck.t.log" <<'END'
ok 1 - first
END
printf 'SF:/x/arch/i386/mach-xen/mmu.c\nLF:40\nLH:30\nend_of_record\n' \
	>"$BUILD/full/coverage/total.info"
echo '<html><p>"figures"</p></html>' >"$BUILD/bench/bench.html"
ok "there is a page" report
ok "it says how many passed and failed" grep -Eq ': 5 passed, 2 failed, of 3 tests' "$T/last"
page=$BUILD/report.html
# text REGEX: a line of the page's text, as a browser would have it
text()
{
	python3 - "$page" "$1" <<-'END'
		import re, sys
		from html.parser import HTMLParser
		class Text(HTMLParser):
		    words, frame = "", ""
		    def handle_starttag(self, tag, attrs):
		        self.words += {"tr": "\n", "p": "\n", "pre": "\n", "summary": "\n"}.get(tag, " ")
		        self.frame += dict(attrs).get("srcdoc", "")
		    def handle_data(self, data):
		        self.words += data
		t = Text()
		t.feed(open(sys.argv[1]).read())
		words = t.words + "\nframe: " + t.frame
		print(words)
		sys.exit(not re.search(sys.argv[2], words, re.M))
	END
}
ok "the sum" text '^5 passed, 2 failed, 1 skipped'
ok "a test that passed, with its purpose" text '^ *10-frontdoor +2 +0 +1 .* The front door refuses'
ok "a test that failed" text '^ *30-xen-boot +2 +1 +0 '
ok "its point" text '^not ok 2 - the <second>'
ok "its words" text '^why & what$'
ok "a test that died" text '^It did not come to its end'
ok "it counts as one that failed" text '^ *31-xen-selfcheck +1 +1 +0 '
ok "the boots" text '^ *xen +1 +1'
ok "the coverage" text 'arch/i386/mach-xen/mmu.c +40 +30'
ok "the figures" text '^frame: <html><p>"figures"'
ok "no other file is needed" sh -c '! grep -E "(src|href)=|url\(" "$1"' - "$page"
done_testing
