// Products with a block-sparse matrix: blocks of side x side weights, row by row, one block after the other in row-major order
// of the grid of blocks. Edge blocks are padded with zero weights; channels past the last are neither read nor written.
#pragma once
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// The blocks of a matrix seen line by line: by rows of blocks, or (the transposed view) by columns of blocks. A line is cut
/// into strips, each a range of its blocks.
typedef struct st_block_view {
    /// First block of each strip of each line; one more at the end.
    const uint32_t *starts;
    /// Strips in a line.
    size_t strips;
    /// Place of each block in its line: its column of blocks, or its row of blocks.
    const uint32_t *indices;
    /// Place of each block among the values; null when blocks lie in the order of this view.
    const uint32_t *_Nullable places;
    /// Channels that lines write (outputs) and read (inputs).
    size_t outputs, inputs;
} st_block_view;

/// Panel pointers are to channel 0 of the first of `panels` panels, which are `..._stride` floats apart.
typedef struct st_block_kernels {
    /// y = W x + bias, negative results 0 if `relu`, for rows of blocks first ..< end.
    void (*forward)(const st_block_view *rows, size_t first, size_t end, const float *values, const float *_Nullable bias,
        const float *x, size_t x_stride, float *y, size_t y_stride, size_t panels, int relu);
    /// dx = transposed W dy for columns of blocks first ..< end.
    void (*input_gradient)(const st_block_view *columns, size_t first, size_t end, const float *values, const float *dy,
        size_t dy_stride, float *dx, size_t dx_stride, size_t panels);
    /// gradient = sum over all lanes of all panels of dy[row] * x[column] in the blocks of one strip of rows of blocks
    /// first ..< end; 0 in padding.
    void (*weight_gradient)(const st_block_view *rows, size_t first, size_t end, size_t strip, const float *x,
        size_t x_stride, const float *dy, size_t dy_stride, size_t panels, float *gradient);
    /// pooled[j] = sum of scores over `height` rows, `stride` floats apart, and the j-th `side` of `columns` columns.
    void (*pool)(const float *scores, size_t stride, size_t height, size_t columns, float *pooled);
} st_block_kernels;

#pragma clang assume_nonnull end
