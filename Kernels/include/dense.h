// Products with a dense matrix of `rows` x `columns` weights, row by row. Activations are panels of ST_LANES samples.
#pragma once
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Panel pointers are to channel 0 of the first of `panels` panels, which are `..._stride` floats apart.
typedef struct st_dense_kernels {
    /// y = W x + bias, negative results 0 if `relu`, for rows first ..< end.
    void (*forward)(const float *values, size_t columns, size_t first, size_t end, const float *_Nullable bias,
        const float *x, size_t x_stride, float *y, size_t y_stride, size_t panels, int relu);
    /// dx = transposed W dy for columns first ..< end.
    void (*input_gradient)(const float *values, size_t rows, size_t columns, size_t first, size_t end, const float *dy,
        size_t dy_stride, float *dx, size_t dx_stride, size_t panels);
    /// gradient = sum over all lanes of all panels of dy[row] * x[column] in rows first ..< end.
    void (*weight_gradient)(size_t rows, size_t columns, size_t first, size_t end, const float *x, size_t x_stride,
        const float *dy, size_t dy_stride, size_t panels, float *gradient);
} st_dense_kernels;

#pragma clang assume_nonnull end
