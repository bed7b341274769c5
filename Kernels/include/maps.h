// Maps of pixels with borders: adding them, and pooling. Borders are neither read nor written.
#pragma once
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Where the maps of a batch are: pixel (0, 0) of the first channel of the first panel, and the floats from one panel,
/// channel and row to the next. Where a row follows the one before without a gap, rows may be given as one.
typedef struct st_maps {
    float *first;
    size_t panel, channel, row;
} st_maps;

/// How much of them is meant: `run` floats a row, a multiple of ST_LANES. Only real samples count in statistics: those of
/// the last panel are its first `last_lanes` lanes.
typedef struct st_batch {
    size_t panels, channels, rows, run, last_lanes;
} st_batch;

/// One panel's pooling windows; a window's elements outside the input do not exist.
typedef struct st_pooling {
    size_t channels, rows, columns, input_rows, input_columns;
    size_t kernel_rows, kernel_columns, stride, padding;
} st_pooling;

typedef struct st_map_kernels {
    /// y = a + b, or a without b; negative results become 0 if `relu`.
    void (*sum)(const st_maps *a, const st_maps *_Nullable b, const st_batch *batch, int relu, const st_maps *y);
    /// dx (+)= dy, but 0 where y is given and not positive; dx may be dy.
    void (*sum_backward)(const st_maps *dy, const st_maps *_Nullable y, const st_batch *batch, int add, const st_maps *dx);
    /// y = largest element of each window
    void (*max_pool)(const st_pooling *p, const st_maps *x, const st_maps *y);
    /// dx (+)= dy at the first largest element of each window
    void (*max_pool_backward)(
        const st_pooling *p, const st_maps *x, const st_maps *y, const st_maps *dy, int add, const st_maps *dx);
    /// y = sum of each window / kernel elements
    void (*average_pool)(const st_pooling *p, const st_maps *x, const st_maps *y);
    void (*average_pool_backward)(const st_pooling *p, const st_maps *dy, int add, const st_maps *dx);
} st_map_kernels;

#pragma clang assume_nonnull end
