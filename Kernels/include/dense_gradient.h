// The dense weight gradient dY x transposed X, tile by tile, for growth by gradient: computed, looked through for large
// scores and forgotten.
#pragma once
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

typedef struct st_dense_gradient_kernels {
    /// Inputs are packed in blocks of so many columns; so many rows are worked on at once.
    size_t block_columns, block_rows;
    /// One panel of `columns` channels, turned into blocks: packed[block][lane][column in block], blocks
    /// `block_stride` floats apart, columns past the last 0.
    void (*pack)(const float *x, size_t columns, float *packed, size_t block_stride);
    /// out[row][column] (+)= scale * sum over lanes of dy[row] * packed[column]; the absolute value if `absolute`.
    /// `samples` lanes in panels `dy_stride` apart; `blocks` blocks of columns.
    void (*product)(const float *dy, size_t dy_stride, size_t samples, size_t rows, const float *packed, size_t blocks,
        size_t block_stride, float scale, int accumulate, int absolute, float *out, size_t out_stride);
} st_dense_gradient_kernels;

#pragma clang assume_nonnull end
