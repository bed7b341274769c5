// Tables with a row of numbers for each token or place of a sequence.
#pragma once
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// One panel: ST_LANES ids, each the number of a row of `width` floats or negative, and `width` channels of ST_LANES floats.
typedef struct st_embedding_kernels {
    /// y[c][lane] = (addend ? addend[c][lane] : 0) + table[ids[lane]][c], nothing of the table where the id is negative. y may be
    /// the addend.
    void (*gather)(
        const float *table, size_t width, const int32_t *ids, const float *_Nullable addend, float *y);
    /// gradient[ids[lane]][c] += dy[c][lane] for ids from first ..< end, lane by lane in order.
    void (*scatter_add)(
        const float *dy, size_t width, const int32_t *ids, size_t first, size_t end, float *gradient);
} st_embedding_kernels;

#pragma clang assume_nonnull end
