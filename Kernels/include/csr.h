// Products with a sparse matrix whose weights are stored tile by tile (compressed sparse blocks: Buluc, Fineman, Frigo,
// Gilbert, Leiserson, SPAA 2009). A tile's weights lie together, line after line, where a line is a row of the tile or a column
// of it: both orders are kept. Lines come in order of their number of weights, so that the loop over a line's weights has a
// predictable length. Indices in a tile have 16 bits.
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

/// Lines of a tile: their runs, and what lies at the first of their weights.
typedef struct st_lines {
    const st_run *runs;
    size_t count;
    /// Of each weight its place across the lines: the column within the tile of a row's weight, the row of a column's.
    const uint16_t *across;
} st_lines;

/// What a product does beside adding a tile's share to the output.
enum {
    /// The output starts from the bias (or 0), not from what is there.
    ST_START = 1,
    /// Negative results become 0 at the end.
    ST_RELU = 2,
    /// The gradient of a weight is added to what is there.
    ST_ADD = 4,
};

/// Pointers to values and gradients are to those of the first weight of the lines; pointers to activations (and to the bias) are to
/// the first channel of the tile in the first of the panels, which are `x_stride` and `y_stride` floats apart.
typedef struct st_csr_kernels {
    /// y[line] (+)= sum of values * x[across]: the forward product by rows, the gradient of the input by columns.
    void (*product)(st_lines lines, const float *values, const float *_Nullable bias, const float *x, size_t x_stride, float *y,
        size_t y_stride, size_t panels, int flags);
    /// gradient = sum over all lanes of all panels of held[line] * x[across].
    void (*weight_gradient)(st_lines lines, const float *x, size_t x_stride, const float *held, size_t held_stride, size_t panels,
        float *gradient);
    /// By columns, with what is loaded of dy once for both: dx[column] (+)= sum of values * dy[row], and gradient (+)= sum over
    /// all lanes of all panels of dy[row] * x[column]. The flags are ST_START for dx and ST_ADD. NULL where two passes take less
    /// time.
    void (*_Nullable backward)(st_lines columns, const float *values, const float *x, size_t x_stride, const float *dy, size_t dy_stride,
        float *dx, size_t dx_stride, size_t panels, float *gradient, int flags);
    /// target[i] = source[places[i]]
    void (*gather)(const float *source, const uint16_t *places, size_t count, float *target);
} st_csr_kernels;

#pragma clang assume_nonnull end
