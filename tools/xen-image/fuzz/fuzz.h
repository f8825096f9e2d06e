/* SPDX-License-Identifier: GPL-2.0 */
#ifndef XI_FUZZ_H
#define XI_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* libFuzzer's names */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
			       unsigned int seed);

size_t fuzz_wrap(uint8_t *to, size_t room, const uint8_t *from, size_t n,
		 const uint8_t *bz, size_t bz_n);

#endif /* XI_FUZZ_H */
