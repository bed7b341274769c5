// Counter-based random numbers, many at a time.
#pragma once
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// A stream of Philox4x32-10 (Salmon and others, SC 2011): its key, and the upper half of its counter.
typedef struct st_philox {
    uint32_t key[2], high[2];
} st_philox;

typedef struct st_random_kernels {
    /// Of the 64-bit words of blocks first ..< first + count, two a block, those whose upper half is not above
    /// bounds[lower half >> 24]: writes their indices, from 0 and ascending, to `found`, and returns their number. May
    /// write one element more; `most` is the largest of the 256 bounds.
    size_t (*bounded_words)(const st_philox *stream, uint64_t first, size_t count, const uint32_t *bounds, uint32_t most,
        uint32_t *found);
} st_random_kernels;

#pragma clang assume_nonnull end
