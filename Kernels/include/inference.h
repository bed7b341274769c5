// Products with one vector: a single sample, whose values lie side by side.
#pragma once
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Rows in a slice.
enum { ST_SLICE = 16 };

/// A sparse matrix in slices of ST_SLICE rows of about the same length: sliced ELLPACK. Entry i of a slice is the i-th weight of
/// each of its rows; shorter rows end in weights of 0 at column 0.
typedef struct st_slices {
    size_t count;
    /// First entry of each slice, and at the end the number of all.
    const uint32_t *starts;
    /// ST_SLICE values, and columns, for each entry. One of `columns` and `wide_columns` is null.
    const float *values;
    const uint16_t *_Nullable columns;
    const uint32_t *_Nullable wide_columns;
    /// ST_SLICE rows for each slice: where results go. Lanes without a row have the number of rows.
    const uint32_t *rows;
} st_slices;

/// Numbers behind the last one of maps, which the kernels below may read, and write with anything.
enum { ST_MAP_ROOM = 16 };

/// Maps with a border, split so that pixels `stride` apart are neighbours. Phase (a, b) of a channel is a plane of `plane_rows` x
/// `pitch` numbers: its row i, column j is pixel (i * stride + a - padding, j * stride + b - padding). The phases of a channel
/// (a, then b) follow each other, and so do channels.
typedef struct st_phases {
    size_t channels, rows, columns;
    size_t stride, padding;
    size_t row_phases, column_phases;
    size_t plane_rows, pitch;
} st_phases;

/// What each output channel takes from such planes: pixel (r, c) of channel o is made of the numbers at
/// r * pitch + c + offsets[k], starts[o] <= k < starts[o + 1].
typedef struct st_taps {
    size_t channels, rows, columns;
    size_t pitch;
    const uint32_t *starts;
    const uint32_t *offsets;
} st_taps;

typedef struct st_inference_kernels {
    /// y[row] = the row's sum of value * x[column], in the order of its entries, + bias[row]; with relu, not below 0. y has one
    /// element more than there are rows, for lanes without a row; bias, where there is one, too.
    void (*sliced)(const st_slices *matrix, const float *x, const float *_Nullable bias, float *y, int relu);
    /// The same for a dense matrix, row by row: four partial sums of whole vectors, then the rest.
    void (*dense)(
        const float *values, size_t rows, size_t columns, const float *x, const float *_Nullable bias, float *y, int relu);
    /// y[i] = factor[i] * x[i] + shift[i]; with relu, not below 0.
    void (*affine)(const float *x, const float *factor, const float *shift, float *y, size_t count, int relu);
    /// y[i] = a[i] + b[i]; with relu, not below 0.
    void (*sum)(const float *a, const float *b, float *y, size_t count, int relu);
    /// Maps x (channel, row, column) as phases y; `fill` outside of the maps.
    void (*phases)(const st_phases *phases, const float *x, float fill, float *y);
    /// y (channel, row, column) = the sum of values[k] * x[...], in the order of k, + bias[channel]; with relu, not below 0.
    /// `plane` has room for the rows of one output map with the input's pitch. x, y and plane have ST_MAP_ROOM numbers more.
    void (*convolution)(const st_taps *taps, const float *values, const float *x, const float *_Nullable bias, float *plane,
        float *y, int relu);
    /// y = the largest of x[...]; each channel has at least one.
    void (*maximum)(const st_taps *taps, const float *x, float *plane, float *y);
} st_inference_kernels;

#pragma clang assume_nonnull end
