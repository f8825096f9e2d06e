#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Ten million executions of all that tools/xen-image plan does, by libFuzzer, with
# address and undefined-behaviour sanitizers: no crash, no hang, never 1 GiB.  What
# it finds on the way is kept in the build directory and is where the next run begins.
# XI_FUZZ_RUNS=N makes it another number.
. "$(dirname "$0")/../t/tap.sh"

runs=${XI_FUZZ_RUNS:-10000000}
fuzz=${MX_BUILD:-$top/build}/full/xen-image-fuzz
log=${MX_LOGS:-$T}/full-xen-image-fuzz.log
jobs=$(nproc)
mkdir -p "$fuzz/corpus"
ok "the seeds are made" "$top/tools/xen-image/tests/mkimages" "$T/seeds"
ok "the harness is built" make -C "$top/tools/xen-image" O="$fuzz" "$fuzz/fuzz-libfuzzer"

# fuzz N: one of several at the same time, each in a log of its own
fuzz()
{
	"$fuzz/fuzz-libfuzzer" -runs=$((runs / jobs + 1)) -max_len=16384 -timeout=20 \
		-rss_limit_mb=1024 -artifact_prefix="$fuzz/crash-" -seed=$((runs + $1)) \
		-reload=1 -print_final_stats=1 "$fuzz/corpus" "$T/seeds" >"$log.$1" 2>&1
}

all()
{
	all_n=0
	all_pids=
	all_rc=0
	while [ $all_n -lt "$jobs" ]; do
		all_n=$((all_n + 1))
		fuzz $all_n &
		all_pids="$all_pids $!"
	done
	for all_p in $all_pids; do
		wait "$all_p" || all_rc=1
	done
	cat "$log".* >"$log"
	grep -E 'ERROR|SUMMARY|runtime error' "$log"
	return $all_rc
}

ok "$runs executions (an input that kills it is left in $fuzz)" all
done=$(awk '/^stat::number_of_executed_units:/ { n += $2 } END { print n + 0 }' "$log")
ok "that many were made: $done" [ "$done" -ge "$runs" ]
rss=$(awk '/^stat::peak_rss_mb:/ && $2 > n { n = $2 } END { print n + 0 }' "$log")
ok "less than 1 GiB: $rss MiB" [ "$rss" -gt 0 -a "$rss" -lt 1024 ]
done_testing
