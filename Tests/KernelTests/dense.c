#include "checks.h"
#include "sums.h"

enum { CASES = 100 };

/// A matrix, and the range of its outputs (rows, or columns for the input gradient) that a kernel is to do.
typedef struct dense_matrix {
    size_t rows, columns, first, end;
    float *values;
} dense_matrix;

static dense_matrix dense_matrix_new(size_t samples, int by_column) {
    // Now and then more inputs than stay in a cache.
    size_t most = chance(0.05) ? 600 : 40;
    dense_matrix m = {.rows = 1 + number_below(by_column ? most : 40), .columns = 1 + number_below(by_column ? 40 : most)};
    size_t outputs = by_column ? m.columns : m.rows;
    m.first = number_below(outputs);
    m.end = m.first + 1 + number_below(outputs - m.first);
    case_begin("%zu x %zu, %zu ..< %zu, batch %zu", m.rows, m.columns, m.first, m.end, samples);
    m.values = floats(m.rows * m.columns, -1, 1);
    perhaps_nan(m.values, m.rows * m.columns);
    return m;
}

void check_dense_forward(const st_kernels *kernels) {
    for (size_t i = 0; i < CASES; i++) {
        size_t samples = batch_at(i);
        dense_matrix m = dense_matrix_new(samples, 0);
        panels x = panels_new(m.columns, samples), y = panels_new(m.rows, samples);
        float *bias = chance(0.5) ? floats(m.rows, -1, 1) : NULL;
        int relu = chance(0.5);
        sums expected = sums_from_bias(&y, bias);
        for (size_t k = 0; k < m.rows * m.columns; k++) {
            sums_add(&expected, k / m.columns, m.values[k], &x, k % m.columns);
        }
        kernels->dense.forward(
            m.values, m.columns, m.first, m.end, bias, x.at, x.stride, y.at, y.stride, x.count, relu);
        sums_expect(&expected, &y, m.first, m.end, relu);
    }
}

void check_dense_input_gradient(const st_kernels *kernels) {
    for (size_t i = 0; i < CASES; i++) {
        size_t samples = batch_at(i);
        dense_matrix m = dense_matrix_new(samples, 1);
        panels dy = panels_new(m.rows, samples), dx = panels_new(m.columns, samples);
        sums expected = sums_from_bias(&dx, NULL);
        for (size_t k = 0; k < m.rows * m.columns; k++) {
            sums_add(&expected, k % m.columns, m.values[k], &dy, k / m.columns);
        }
        kernels->dense.input_gradient(m.values, m.rows, m.columns, m.first, m.end, dy.at, dy.stride, dx.at, dx.stride,
            dy.count);
        sums_expect(&expected, &dx, m.first, m.end, 0);
    }
}

void check_dense_weight_gradient(const st_kernels *kernels) {
    for (size_t i = 0; i < CASES; i++) {
        size_t samples = batch_at(i);
        dense_matrix m = dense_matrix_new(samples, 0);
        panels x = panels_new(m.columns, samples), dy = panels_new(m.rows, samples);
        float *gradient = array(m.rows * m.columns, sizeof *gradient);
        kernels->dense.weight_gradient(
            m.rows, m.columns, m.first, m.end, x.at, x.stride, dy.at, dy.stride, x.count, gradient);
        for (size_t k = 0; k < m.rows * m.columns; k++) {
            size_t row = k / m.columns;
            if (row < m.first || row >= m.end) {
                expect_equal(gradient[k], NAN, "weight outside the range", k);
            } else {
                expect_weight_gradient(gradient[k], &dy, row, &x, k % m.columns, k);
            }
        }
    }
}
