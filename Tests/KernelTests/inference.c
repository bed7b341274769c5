#include "checks.h"

enum { CASES = 120 };

/// What y should be: sums in double precision with their magnitudes.
typedef struct expected_row {
    double sum, magnitude;
    size_t terms;
} expected_row;

static void expect_rows(const expected_row *expected, const float *bias, const float *y, size_t rows, int relu) {
    for (size_t row = 0; row < rows; row++) {
        double sum = expected[row].sum + (bias ? bias[row] : 0);
        double magnitude = expected[row].magnitude + (bias ? fabs(bias[row]) : 0);
        double allowed = rounding(expected[row].terms + 1, magnitude);
        expect_near(y[row], relu && sum < 0 ? 0 : sum, allowed, "row", row);
    }
}

void check_inference_sliced(const st_kernels *kernels) {
    for (size_t i = 0; i < CASES; i++) {
        size_t rows = 1 + number_below(70), wide = chance(0.5), columns = 1 + number_below(wide && chance(0.2) ? 70000 : 90);
        size_t slices = (rows + ST_SLICE - 1) / ST_SLICE;
        case_begin("%zu x %zu, %s columns", rows, columns, wide ? "wide" : "narrow");
        if (!wide && columns > 65536) columns = 65536;
        uint32_t *starts = array(slices + 1, sizeof *starts), *places = array(slices * ST_SLICE, sizeof *places);
        starts[0] = 0;
        for (size_t s = 0; s < slices; s++) starts[s + 1] = starts[s] + (uint32_t)(chance(0.2) ? 0 : number_below(20));
        size_t entries = (size_t)starts[slices] * ST_SLICE;
        float *values = floats(entries, -1, 1), *x = floats(columns, -1, 1);
        float *bias = chance(0.5) ? floats(rows + 1, -1, 1) : NULL, *y = array(rows + 1, sizeof *y);
        uint16_t *narrow_columns = wide ? NULL : array(entries, sizeof *narrow_columns);
        uint32_t *wide_columns = wide ? array(entries, sizeof *wide_columns) : NULL;
        // Rows go to places in another order than they lie.
        size_t shift = number_below(rows);
        for (size_t lane = 0; lane < slices * ST_SLICE; lane++) {
            places[lane] = (uint32_t)(lane < rows ? (lane + shift) % rows : rows);
        }
        expected_row *expected = array(rows + 1, sizeof *expected);
        memset(expected, 0, (rows + 1) * sizeof *expected);
        for (size_t s = 0; s < slices; s++) {
            for (size_t e = starts[s] * (size_t)ST_SLICE; e < starts[s + 1] * (size_t)ST_SLICE; e++) {
                size_t column = number_below(columns);
                if (wide) {
                    wide_columns[e] = (uint32_t)column;
                } else {
                    narrow_columns[e] = (uint16_t)column;
                }
                expected_row *row = expected + places[s * ST_SLICE + e % ST_SLICE];
                double term = (double)values[e] * x[column];
                row->sum += term;
                row->magnitude += fabs(term);
                row->terms++;
            }
        }
        st_slices matrix = {.count = slices, .starts = starts, .values = values, .columns = narrow_columns,
            .wide_columns = wide_columns, .rows = places};
        int relu = chance(0.5);
        kernels->inference.sliced(&matrix, x, bias, y, relu);
        expect_rows(expected, bias, y, rows, relu);
    }
}

void check_inference_dense(const st_kernels *kernels) {
    for (size_t i = 0; i < CASES; i++) {
        size_t rows = 1 + number_below(12), columns = 1 + number_below(chance(0.1) ? 700 : 140);
        case_begin("%zu x %zu", rows, columns);
        float *values = floats(rows * columns, -1, 1), *x = floats(columns, -1, 1);
        float *bias = chance(0.5) ? floats(rows, -1, 1) : NULL, *y = array(rows, sizeof *y);
        expected_row *expected = array(rows, sizeof *expected);
        memset(expected, 0, rows * sizeof *expected);
        for (size_t k = 0; k < rows * columns; k++) {
            double term = (double)values[k] * x[k % columns];
            expected[k / columns].sum += term;
            expected[k / columns].magnitude += fabs(term);
            expected[k / columns].terms++;
        }
        int relu = chance(0.5);
        kernels->inference.dense(values, rows, columns, x, bias, y, relu);
        expect_rows(expected, bias, y, rows, relu);
    }
}

void check_inference_affine(const st_kernels *kernels) {
    for (size_t n, i = 0; (n = length_at(i)) != SIZE_MAX; i++) {
        case_begin("%zu elements", n);
        float *x = floats(n, -2, 2), *factor = floats(n, -2, 2), *shift = floats(n, -2, 2), *y = array(n, sizeof *y);
        int relu = chance(0.5);
        kernels->inference.affine(x, factor, shift, y, n, relu);
        for (size_t k = 0; k < n; k++) {
            double product = (double)factor[k] * x[k], sum = product + shift[k];
            expect_near(y[k], relu && sum < 0 ? 0 : sum, rounding(2, fabs(product) + fabs(shift[k])), "element", k);
        }
    }
}

void check_inference_sum(const st_kernels *kernels) {
    for (size_t n, i = 0; (n = length_at(i)) != SIZE_MAX; i++) {
        case_begin("%zu elements", n);
        float *a = floats(n, -2, 2), *b = floats(n, -2, 2), *y = array(n, sizeof *y);
        int relu = chance(0.5);
        kernels->inference.sum(a, b, y, n, relu);
        for (size_t k = 0; k < n; k++) {
            float sum = a[k] + b[k];
            expect_equal(y[k], relu && sum < 0 ? 0 : sum, "element", k);
        }
    }
}
