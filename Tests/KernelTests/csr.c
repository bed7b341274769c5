#include "checks.h"
#include "sums.h"
#include "tiles.h"

enum { CASES = 150 };

static int random_flags(void) { return (chance(0.5) ? ST_START : 0) | (chance(0.5) ? ST_RELU : 0); }

/// A product's first tile starts the output, its last one ends it.
static int flags_of_tile(int flags, int first, int last) {
    return (first ? flags & ST_START : 0) | (last ? flags & ST_RELU : 0);
}

void check_csr_forward(const st_kernels *kernels) {
    for (size_t i = 0; i < CASES; i++) {
        size_t samples = batch_at(i);
        tiled_matrix m = tiled_matrix_new(i, samples);
        perhaps_nan(m.values, m.count);
        panels x = panels_new(m.columns, samples), y = panels_new(m.rows, samples);
        float *bias = chance(0.5) ? floats(m.rows, -1, 1) : NULL;
        int flags = random_flags();
        sums expected = flags & ST_START ? sums_from_bias(&y, bias) : sums_from(&y);
        for (size_t k = 0; k < m.count; k++) {
            entry e = m.entries[k];
            sums_add(&expected, e.row, m.values[e.place], &x, e.column);
        }
        for (size_t t = 0; t < m.tile_rows * m.tile_columns; t++) {
            size_t column = t % m.tile_columns;
            kernels->csr.forward(&m.tiles[t], m.row_runs, m.columns_of, m.values, bias, x.at, x.stride, y.at, y.stride,
                x.count, flags_of_tile(flags, column == 0, column + 1 == m.tile_columns));
        }
        sums_expect(&expected, &y, 0, m.rows, flags & ST_RELU);
    }
}

void check_csr_input_gradient(const st_kernels *kernels) {
    for (size_t i = 0; i < CASES; i++) {
        size_t samples = batch_at(i);
        tiled_matrix m = tiled_matrix_new(i, samples);
        perhaps_nan(m.values, m.count);
        panels dy = panels_new(m.rows, samples), dx = panels_new(m.columns, samples);
        int flags = random_flags();
        sums expected = flags & ST_START ? sums_from_bias(&dx, NULL) : sums_from(&dx);
        for (size_t k = 0; k < m.count; k++) {
            entry e = m.entries[k];
            sums_add(&expected, e.column, m.values[e.place], &dy, e.row);
        }
        for (size_t t = 0; t < m.tile_rows * m.tile_columns; t++) {
            size_t row = t / m.tile_columns;
            const st_tile *next = t + 1 < m.tile_rows * m.tile_columns ? &m.tiles[t + 1] : NULL;
            kernels->csr.input_gradient(&m.tiles[t], next, m.column_runs, m.rows_of, m.places, m.values, dy.at,
                dy.stride, dx.at, dx.stride, dy.count, flags_of_tile(flags, row == 0, row + 1 == m.tile_rows));
        }
        sums_expect(&expected, &dx, 0, m.columns, flags & ST_RELU);
    }
}

void check_csr_weight_gradient(const st_kernels *kernels) {
    for (size_t i = 0; i < CASES; i++) {
        size_t samples = batch_at(i);
        tiled_matrix m = tiled_matrix_new(i, samples);
        panels x = panels_new(m.columns, samples), dy = panels_new(m.rows, samples);
        float *gradient = array(m.count, sizeof *gradient);
        size_t left_out = number_below(m.tile_rows * m.tile_columns + 1);
        for (size_t t = 0; t < m.tile_rows * m.tile_columns; t++) {
            if (t == left_out) continue;
            kernels->csr.weight_gradient(
                &m.tiles[t], m.row_runs, m.columns_of, x.at, x.stride, dy.at, dy.stride, x.count, gradient);
        }
        for (size_t k = 0; k < m.count; k++) {
            entry e = m.entries[k];
            const st_tile *skipped = &m.tiles[left_out];
            int is_left_out = left_out < m.tile_rows * m.tile_columns && e.place >= skipped->first
                && e.place < skipped->first + skipped->count;
            if (is_left_out) {
                // Gradients of a tile that was not asked for stay as they were: arrays begin as NaN.
                expect_equal(gradient[e.place], NAN, "weight left out", k);
            } else {
                expect_weight_gradient(gradient[e.place], &dy, e.row, &x, e.column, k);
            }
        }
    }
}
