#include "checks.h"
#include "sums.h"
#include "tiles.h"

enum { CASES = 150 };

static int random_flags(void) { return (chance(0.5) ? ST_START : 0) | (chance(0.5) ? ST_RELU : 0); }

/// A product's first tile starts the output, its last one ends it.
static int flags_of_tile(int flags, int first, int last) {
    return (first ? flags & ST_START : 0) | (last ? flags & ST_RELU : 0);
}

/// Values of a tile by rows, as the kernel brings them there.
static float *values_by_rows(const st_kernels *kernels, const tiled_matrix *m) {
    float *values = array(m->count, sizeof *values);
    for (size_t t = 0; t < m->tile_rows * m->tile_columns; t++) {
        const tile *tile = &m->tiles[t];
        kernels->csr.gather(m->values + tile->first, m->places + tile->first, tile->count, values + tile->first);
    }
    return values;
}

static void check_by_rows(const st_kernels *kernels) {
    for (size_t i = 0; i < CASES; i++) {
        size_t samples = batch_at(i);
        tiled_matrix m = tiled_matrix_new(i, samples);
        perhaps_nan(m.values, m.count);
        float *values = values_by_rows(kernels, &m);
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
            const tile *tile = &m.tiles[t];
            kernels->csr.product(tile_rows_of(&m, tile), values + tile->first, bias ? bias + tile->row : NULL,
                x.at + tile->column * ST_LANES, x.stride, y.at + tile->row * ST_LANES, y.stride, x.count,
                flags_of_tile(flags, column == 0, column + 1 == m.tile_columns));
        }
        sums_expect(&expected, &y, 0, m.rows, flags & ST_RELU);
    }
}

/// The same by columns.
static void check_by_columns(const st_kernels *kernels) {
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
            const tile *tile = &m.tiles[t];
            kernels->csr.product(tile_columns_of(&m, tile), m.values + tile->first, NULL, dy.at + tile->row * ST_LANES,
                dy.stride, dx.at + tile->column * ST_LANES, dx.stride, dy.count,
                flags_of_tile(flags, row == 0, row + 1 == m.tile_rows));
        }
        sums_expect(&expected, &dx, 0, m.columns, flags & ST_RELU);
    }
}

void check_csr_product(const st_kernels *kernels) {
    check_by_rows(kernels);
    check_by_columns(kernels);
}

void check_csr_gather(const st_kernels *kernels) {
    for (size_t i = 0; i < CASES; i++) {
        tiled_matrix m = tiled_matrix_new(i, batch_at(i));
        float *values = values_by_rows(kernels, &m);
        for (size_t t = 0; t < m.tile_rows * m.tile_columns; t++) {
            const tile *tile = &m.tiles[t];
            for (size_t k = tile->first; k < tile->first + tile->count; k++) {
                expect_equal(values[k], m.values[tile->first + m.places[k]], "value", k);
            }
        }
    }
}

/// Gradients of a tile that was not asked for stay as they were: arrays begin as NaN.
static void expect_gradients(
    const tiled_matrix *m, const float *gradient, const panels *dy, const panels *x, size_t left_out) {
    for (size_t k = 0; k < m->count; k++) {
        entry e = m->entries[k];
        const tile *skipped = &m->tiles[left_out];
        int is_left_out = left_out < m->tile_rows * m->tile_columns && e.place >= skipped->first
            && e.place < skipped->first + skipped->count;
        if (is_left_out) {
            expect_equal(gradient[e.place], NAN, "weight left out", k);
        } else {
            expect_weight_gradient(gradient[e.place], dy, e.row, x, e.column, k);
        }
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
            const tile *tile = &m.tiles[t];
            kernels->csr.weight_gradient(tile_columns_of(&m, tile), dy.at + tile->row * ST_LANES, dy.stride,
                x.at + tile->column * ST_LANES, x.stride, x.count, gradient + tile->first);
        }
        expect_gradients(&m, gradient, &dy, &x, left_out);
    }
}

/// Both gradients in one pass, all panels at once or one pair after the other.
void check_csr_backward(const st_kernels *kernels) {
    if (!kernels->csr.backward) return;
    for (size_t i = 0; i < CASES; i++) {
        size_t samples = batch_at(i);
        tiled_matrix m = tiled_matrix_new(i, samples);
        panels x = panels_new(m.columns, samples), dy = panels_new(m.rows, samples), dx = panels_new(m.columns, samples);
        float *gradient = array(m.count, sizeof *gradient);
        int flags = chance(0.5) ? ST_START : 0;
        sums expected = flags ? sums_from_bias(&dx, NULL) : sums_from(&dx);
        for (size_t k = 0; k < m.count; k++) {
            entry e = m.entries[k];
            sums_add(&expected, e.column, m.values[e.place], &dy, e.row);
        }
        size_t step = chance(0.5) ? 2 : x.count;
        for (size_t t = 0; t < m.tile_rows * m.tile_columns; t++) {
            const tile *tile = &m.tiles[t];
            for (size_t p = 0; p < x.count; p += step) {
                size_t row = tile->row * ST_LANES, column = tile->column * ST_LANES;
                size_t count = p + step < x.count ? step : x.count - p;
                kernels->csr.backward(tile_columns_of(&m, tile), m.values + tile->first, x.at + p * x.stride + column,
                    x.stride, dy.at + p * dy.stride + row, dy.stride, dx.at + p * dx.stride + column, dx.stride, count,
                    gradient + tile->first, (t < m.tile_columns ? flags : 0) | (p ? ST_ADD : 0));
            }
        }
        sums_expect(&expected, &dx, 0, m.columns, 0);
        expect_gradients(&m, gradient, &dy, &x, m.tile_rows * m.tile_columns);
    }
}
