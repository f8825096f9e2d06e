// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer's mutator, and now and then what it cannot do: compress.
 */
#include <stdint.h>
#include <string.h>

#include "fuzz.h"

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed)
{
	static uint8_t header[1024];
	size_t n;

	/* Any bzImage that comes by lends its header. */
	if (size >= sizeof(header) && !memcmp(data + 0x202, "HdrS", 4) &&
	    data[0x1f1] == 1)
		memcpy(header, data, sizeof(header));
	n = LLVMFuzzerMutate(data, size, max);
	if (seed % 8 || n < 4 || memcmp(data, "\177ELF", 4))
		return n;
	size = fuzz_wrap(data, max, data, n,
			 seed & 8 && header[0x202] ? header : NULL, sizeof(header));
	return size ? size : n;
}
