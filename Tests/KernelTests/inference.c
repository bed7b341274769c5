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

void check_inference_phases(const st_kernels *kernels) {
    for (size_t i = 0; i < CASES; i++) {
        size_t stride = 1 + number_below(4), padding = number_below(4), room = ST_MAP_ROOM;
        st_phases p = {.channels = 1 + number_below(4), .rows = 1 + number_below(12), .columns = 1 + number_below(40),
            .stride = stride, .padding = padding, .row_phases = 1 + number_below(stride),
            .column_phases = 1 + number_below(stride)};
        p.plane_rows = (p.rows + 2 * padding + stride - 1) / stride;
        p.pitch = (p.columns + 2 * padding + stride - 1) / stride;
        case_begin("%zu maps of %zu x %zu, stride %zu, border %zu", p.channels, p.rows, p.columns, stride, padding);
        size_t phases = p.channels * p.row_phases * p.column_phases, plane = p.plane_rows * p.pitch;
        float *x = floats(p.channels * p.rows * p.columns + room, -1, 1);
        float *y = array(phases * plane + room, sizeof *y), fill = chance(0.5) ? 0 : -INFINITY;
        kernels->inference.phases(&p, x, fill, y);
        for (size_t k = 0; k < phases * plane; k++) {
            size_t phase = k / plane, c = phase / p.column_phases / p.row_phases;
            size_t row = k % plane / p.pitch * stride + phase / p.column_phases % p.row_phases;
            size_t column = k % p.pitch * stride + phase % p.column_phases;
            int in = row >= padding && row - padding < p.rows && column >= padding && column - padding < p.columns;
            expect_equal(y[k], in ? x[(c * p.rows + row - padding) * p.columns + column - padding] : fill, "number", k);
        }
    }
}

/// Random taps of maps in planes of `planes` numbers; at least `least` a channel.
static st_taps random_taps(size_t least, size_t *planes) {
    st_taps t = {.channels = 1 + number_below(6), .rows = 1 + number_below(chance(0.3) ? 24 : 8),
        .columns = 1 + number_below(chance(0.3) ? 40 : 9)};
    t.pitch = t.columns + (chance(0.6) ? number_below(4) : 0);
    *planes = t.rows * t.pitch * (1 + number_below(3)) + 2 * t.pitch;
    uint32_t *starts = array(t.channels + 1, sizeof *starts);
    starts[0] = 0;
    for (size_t o = 0; o < t.channels; o++) starts[o + 1] = starts[o] + (uint32_t)(least + number_below(20));
    uint32_t *offsets = array(starts[t.channels], sizeof *offsets);
    for (size_t k = 0; k < starts[t.channels]; k++) {
        offsets[k] = (uint32_t)number_below(*planes - (t.rows - 1) * t.pitch - t.columns + 1);
    }
    t.starts = starts;
    t.offsets = offsets;
    return t;
}

void check_inference_convolution(const st_kernels *kernels) {
    for (size_t i = 0; i < 3 * CASES; i++) {
        case_begin("case %zu", i);
        size_t planes, room = ST_MAP_ROOM;
        st_taps t = random_taps(0, &planes);
        float *x = floats(planes + room, -1, 1), *values = floats(t.starts[t.channels], -1, 1);
        float *bias = chance(0.5) ? floats(t.channels, -1, 1) : NULL;
        float *plane = array(t.rows * t.pitch + room, sizeof *plane);
        float *y = array(t.channels * t.rows * t.columns + room, sizeof *y);
        int relu = chance(0.5);
        kernels->inference.convolution(&t, values, x, bias, plane, y, relu);
        for (size_t n = 0; n < t.channels * t.rows * t.columns; n++) {
            size_t o = n / t.columns / t.rows, at = n / t.columns % t.rows * t.pitch + n % t.columns;
            double sum = bias ? bias[o] : 0, magnitude = fabs(sum);
            for (size_t k = t.starts[o]; k < t.starts[o + 1]; k++) {
                double term = (double)values[k] * x[at + t.offsets[k]];
                sum += term;
                magnitude += fabs(term);
            }
            double allowed = rounding(t.starts[o + 1] - t.starts[o] + 1, magnitude);
            expect_near(y[n], relu && sum < 0 ? 0 : sum, allowed, "pixel", n);
        }
    }
}

void check_inference_maximum(const st_kernels *kernels) {
    for (size_t i = 0; i < CASES; i++) {
        size_t planes, room = ST_MAP_ROOM;
        case_begin("case %zu", i);
        st_taps t = random_taps(1, &planes);
        float *x = floats(planes + room, -1, 1), *plane = array(t.rows * t.pitch + room, sizeof *plane);
        float *y = array(t.channels * t.rows * t.columns + room, sizeof *y);
        kernels->inference.maximum(&t, x, plane, y);
        for (size_t n = 0; n < t.channels * t.rows * t.columns; n++) {
            size_t o = n / t.columns / t.rows, at = n / t.columns % t.rows * t.pitch + n % t.columns;
            float largest = -INFINITY;
            for (size_t k = t.starts[o]; k < t.starts[o + 1]; k++) largest = fmaxf(largest, x[at + t.offsets[k]]);
            expect_equal(y[n], largest, "pixel", n);
        }
    }
}
