// Products with a sparse matrix whose weights are stored tile by tile (compressed sparse blocks: Buluc, Fineman, Frigo,
// Gilbert, Leiserson, SPAA 2009). A tile's weights lie together, row after row; its rows come in order of their number of
// weights, so that the loop over a row's weights has a predictable length. Indices in a tile have 16 bits.
//
// Activations are panels of ST_LANES samples, sample index innermost: x[channel * ST_LANES + lane].
#pragma once
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// The weights of one row (or column) of a tile.
typedef struct st_run {
    /// Row (column) within the tile.
    uint16_t index;
    /// Weights in it.
    uint16_t count;
} st_run;

/// Where the parts of one tile lie in the arrays of its matrix.
typedef struct st_tile {
    /// First weight.
    uint64_t first;
    /// First row run and first column run.
    uint64_t row_runs, column_runs;
    /// Their numbers: every row and column of the tile has a run, the empty ones come first.
    uint32_t row_run_count, column_run_count;
    /// Runs without weights.
    uint32_t empty_rows, empty_columns;
    /// Weights in the tile, at most 65,536.
    uint32_t count;
    /// Row and column of the tile's corner in the matrix.
    uint32_t row, column;
} st_tile;

/// What a product does beside adding a tile's share to the output.
enum {
    /// The output starts from the bias (or 0), not from what is there.
    ST_START = 1,
    /// Negative results become 0 at the end.
    ST_RELU = 2,
};

/// All pointers are to the first element of the matrix's arrays or to channel 0 of the first of the panels.
typedef struct st_csr_kernels {
    /// y[row] (+)= sum of values * x[column] for `panels` panels, `x_stride` and `y_stride` floats apart.
    void (*forward)(const st_tile *tile, const st_run *row_runs, const uint16_t *columns, const float *values,
        const float *_Nullable bias, const float *x, size_t x_stride, float *y, size_t y_stride, size_t panels, int flags);
    /// dx[column] (+)= sum of values * dy[row]: reads through the transposed view (rows and places in column order).
    /// The weights of `next` are fetched into the cache meanwhile.
    void (*input_gradient)(const st_tile *tile, const st_tile *_Nullable next, const st_run *column_runs, const uint16_t *rows, const uint16_t *places,
        const float *values, const float *dy, size_t dy_stride, float *dx, size_t dx_stride, size_t panels, int flags);
    /// gradient = sum over all lanes of all panels of dy[row] * x[column], at the stored positions of one tile.
    void (*weight_gradient)(const st_tile *tile, const st_run *row_runs, const uint16_t *columns, const float *x,
        size_t x_stride, const float *dy, size_t dy_stride, size_t panels, float *gradient);
} st_csr_kernels;

#pragma clang assume_nonnull end
