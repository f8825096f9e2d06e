#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# report: the page shows the counts, the failed points and the boots of the logs. Tests that
# are made up for this run under run-tests, and both count the same.
# Fails when: report counts a test that failed or died as passed, loses a comment, does not
# escape HTML, needs another file, makes a page of no logs.
. "$(dirname "$0")/tap.sh"
BUILD=$T/build
export BUILD
report() { MX_LOGS=$BUILD/logs "$top/scripts/report" "$@"; }

refused "no logs: it says so" 'error: report: no logs of tests in .*: run make check' report
ok "no logs: no page" [ ! -e "$BUILD/report.html" ]
mkdir -p "$BUILD/logs" "$BUILD/bench" "$T/t"
# made NAME: a test of that name, of a real one; standard input is its output
made()
{
	{ echo '#!/bin/sh'; echo "cat <<'END'"; cat; echo END; } >"$T/t/$1.t"
	chmod +x "$T/t/$1.t"
}
made 10-frontdoor <<'END'
ok 1 - first
# mach-xen: boot xen: report passed, machine off, 7 s
ok 2 - second # SKIP not here
ok 3 - third # SKIP nor here
not ok 4 - fourth # TODO later
1..4
END
made 30-xen-boot <<'END'
ok 1 - first
# mach-xen: error: boot xen: the machine passed nothing (after 3 s)
not ok 2 - the <second>
# mach-xen: error: boot xen: the machine passed nothing (after 3 s)
# why & what
ok 3 - third
# behind the third
1..3
END
made 31-xen-selfcheck <<'END'
ok 1 - first
END
echo 'echo "not ok 7 - no TAP" >&2; exit 3' >>"$T/t/31-xen-selfcheck.t"
made 32-grub-boot <<'END'
ok 1 - first
not ok 2 - second
END
made 33-grub-selfcheck <<'END'
ok 1 - first
1..1
END
echo 'exit 3' >>"$T/t/33-grub-selfcheck.t"
made 34-pvh </dev/null
made 35-domu <<'END'
1..0 # SKIP not today
END
MX_LOGS=$BUILD/logs "$top/scripts/run-tests" "$T"/t/*.t >"$T/ran" 2>&1
# It is gone, and one still runs.
echo 'not ok 1 - old' >"$BUILD/logs/00-gone.t.log"
: >"$BUILD/logs/36-pvgrub2.t.log"
: >"$BUILD/logs/.running-36-pvgrub2.t"
echo '<html><p>"figures"</p></html>' >"$BUILD/bench/bench.html"
mkdir -p "$BUILD/full/coverage"
cat >"$BUILD/full/coverage/lines" <<'END'
+ arch/i386/mach-xen/<mmu>.c:9 	one();
- arch/i386/mach-xen/<mmu>.c:10 	two("a:1 ");
- arch/i386/mach-xen/<mmu>.c:11 	three();
+ arch/i386/mach-xen/<mmu>.c:12 }
- arch/i386/mach-xen/<mmu>.c:14 	four();
END
ok "there is a page" report
sum=$(tail -n 1 "$T/ran")
ok "it counts as run-tests does: $sum" grep -q ": ${sum:-none}, of 7 tests" "$T/last"
ok "five of them failed" [ "${sum#*, }" = "5 failed" ]
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
ok "the sum" text "^$sum, 2 skipped, from "
ok "a test that passed, with its purpose" text '^ *10-frontdoor +4 +0 +2 .* The front door refuses'
ok "a test that failed" text '^ *30-xen-boot +2 +1 +0 '
ok "its point" text '^not ok 2 - the <second>\n.*\nwhy & what\n'
ok "no words of another point" sh -c '! grep "behind the third" "$1"' - "$page"
ok "a test that died" text '^ *31-xen-selfcheck +1 +1 +0 .*\nIt did not come to its end'
ok "a test that failed and died" text '^ *32-grub-boot +1 +1 +0 .*\nIt did not come to its end'
ok "an exit status" text '^ *33-grub-selfcheck +1 +1 +0 .*\nIts exit status was 3'
ok "a test that printed nothing" text '^ *34-pvh +0 +1 +0 .*\nIt did not come to its end'
ok "a test that was skipped" text '^ *35-domu +0 +0 +0 .*\nSkipped: not today'
ok "a test that runs" text '^Still running: 36-pvgrub2$'
ok "no test that is gone" sh -c '! grep 00-gone "$1"' - "$page"
ok "five rows are marked" [ "$(grep -c '<tr class="bad">' "$page")" -eq 5 ]
ok "the boots" text '^ *xen +1 +1'
ok "the lines that ran" text 'arch/i386/mach-xen/<mmu>.c +2 +3 +10 to 11, 14'
ok "the figures" text '^frame: <html><p>"figures"'
alone() { [ -s "$page" ] && ! grep -Ei '<(link|script|img|base)|@import|(src|href)=|url\(' "$page"; }
ok "no other file is needed" alone
done_testing
