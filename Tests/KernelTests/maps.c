#include "checks.h"

enum { CASES = 100 };

/// Maps of one panel with gaps where a border would be.
static st_maps maps_new(size_t channels, size_t rows, size_t columns) {
    size_t row = (columns + number_below(3)) * ST_LANES, channel = rows * row;
    return (st_maps){floats((channels - 1) * channel + (rows - 1) * row + columns * ST_LANES, -1, 1), 0, channel, row};
}

static float *pixel(const st_maps *m, size_t channel, size_t row, size_t column) {
    return m->first + channel * m->channel + row * m->row + column * ST_LANES;
}

static st_maps maps_copied(const st_maps *m, size_t channels, size_t rows, size_t columns) {
    st_maps copy = *m;
    copy.first = floats_copied(m->first, (channels - 1) * m->channel + (rows - 1) * m->row + columns * ST_LANES);
    return copy;
}

void check_maps_sum(const st_kernels *kernels) {
    for (size_t i = 0; i < CASES; i++) {
        size_t channels = 1 + number_below(3), rows = 1 + number_below(4), columns = 1 + number_below(5);
        case_begin("%zu x %zu x %zu", channels, rows, columns);
        st_maps a = maps_new(channels, rows, columns), b = maps_new(channels, rows, columns),
                y = maps_new(channels, rows, columns);
        st_batch batch = {1, channels, rows, columns * ST_LANES, ST_LANES};
        int relu = (int)number_below(2), both = (int)number_below(2);
        kernels->maps.sum(&a, both ? &b : NULL, &batch, relu, &y);
        for (size_t k = 0; k < channels * rows * columns * ST_LANES; k++) {
            size_t lane = k % ST_LANES, column = k / ST_LANES % columns, row = k / ST_LANES / columns % rows,
                   c = k / ST_LANES / columns / rows;
            float sum = pixel(&a, c, row, column)[lane] + (both ? pixel(&b, c, row, column)[lane] : 0);
            expect_equal(pixel(&y, c, row, column)[lane], relu && sum < 0 ? 0 : sum, "element", k);
        }
    }
}

void check_maps_sum_backward(const st_kernels *kernels) {
    for (size_t i = 0; i < CASES; i++) {
        size_t channels = 1 + number_below(3), rows = 1 + number_below(4), columns = 1 + number_below(5);
        case_begin("%zu x %zu x %zu", channels, rows, columns);
        st_maps dy = maps_new(channels, rows, columns), y = maps_new(channels, rows, columns),
                dx = maps_new(channels, rows, columns), before = maps_copied(&dx, channels, rows, columns);
        st_batch batch = {1, channels, rows, columns * ST_LANES, ST_LANES};
        int masked = (int)number_below(2), add = (int)number_below(2);
        kernels->maps.sum_backward(&dy, masked ? &y : NULL, &batch, add, &dx);
        for (size_t k = 0; k < channels * rows * columns * ST_LANES; k++) {
            size_t lane = k % ST_LANES, column = k / ST_LANES % columns, row = k / ST_LANES / columns % rows,
                   c = k / ST_LANES / columns / rows;
            float g = masked && pixel(&y, c, row, column)[lane] <= 0 ? 0 : pixel(&dy, c, row, column)[lane];
            expect_equal(
                pixel(&dx, c, row, column)[lane], add ? pixel(&before, c, row, column)[lane] + g : g, "element", k);
        }
    }
}

static st_pooling pooling_new(void) {
    st_pooling p = {.channels = 1 + number_below(3), .kernel_rows = 1 + number_below(3), .kernel_columns = 1 + number_below(3),
        .stride = 1 + number_below(3)};
    size_t smaller = p.kernel_rows < p.kernel_columns ? p.kernel_rows : p.kernel_columns;
    p.padding = number_below(smaller / 2 + 1);
    p.input_rows = p.kernel_rows + number_below(5);
    p.input_columns = p.kernel_columns + number_below(5);
    p.rows = (p.input_rows + 2 * p.padding - p.kernel_rows) / p.stride + 1;
    p.columns = (p.input_columns + 2 * p.padding - p.kernel_columns) / p.stride + 1;
    case_begin("windows %zu x %zu, stride %zu, padding %zu, input %zu x %zu", p.kernel_rows, p.kernel_columns, p.stride,
        p.padding, p.input_rows, p.input_columns);
    return p;
}

/// Calls `body` with row and column of each input element of the window of output (row, column).
#define FOR_WINDOW(P, ROW, COLUMN, BODY)                                                                               \
    for (size_t u = 0; u < (P).kernel_rows; u++) {                                                                     \
        for (size_t v = 0; v < (P).kernel_columns; v++) {                                                              \
            size_t r = (ROW) * (P).stride + u - (P).padding, q = (COLUMN) * (P).stride + v - (P).padding;              \
            if (r < (P).input_rows && q < (P).input_columns) { BODY; }                                                 \
        }                                                                                                              \
    }

static void check_pool(const st_kernels *kernels, int maximum) {
    for (size_t i = 0; i < CASES; i++) {
        st_pooling p = pooling_new();
        st_maps x = maps_new(p.channels, p.input_rows, p.input_columns), y = maps_new(p.channels, p.rows, p.columns);
        (maximum ? kernels->maps.max_pool : kernels->maps.average_pool)(&p, &x, &y);
        for (size_t k = 0; k < p.channels * p.rows * p.columns * ST_LANES; k++) {
            size_t lane = k % ST_LANES, column = k / ST_LANES % p.columns, row = k / ST_LANES / p.columns % p.rows,
                   c = k / ST_LANES / p.columns / p.rows;
            double largest = -INFINITY, sum = 0, elements = (double)(p.kernel_rows * p.kernel_columns);
            FOR_WINDOW(p, row, column, {
                double value = pixel(&x, c, r, q)[lane];
                sum += value;
                if (value > largest) largest = value;
            })
            expect_near(pixel(&y, c, row, column)[lane], maximum ? largest : sum / elements,
                maximum ? 0 : rounding(10, 1), "element", k);
        }
    }
}

static void check_pool_backward(const st_kernels *kernels, int maximum) {
    for (size_t i = 0; i < CASES; i++) {
        st_pooling p = pooling_new();
        st_maps x = maps_new(p.channels, p.input_rows, p.input_columns), y = maps_new(p.channels, p.rows, p.columns);
        // Few different values, so that windows have several largest elements.
        size_t floats_in_x = (p.channels - 1) * x.channel + (p.input_rows - 1) * x.row + p.input_columns * ST_LANES;
        for (size_t k = 0; k < floats_in_x; k++) x.first[k] = (float)number_below(3);
        kernels->maps.max_pool(&p, &x, &y);
        st_maps dy = maps_new(p.channels, p.rows, p.columns), dx = maps_new(p.channels, p.input_rows, p.input_columns),
                before = maps_copied(&dx, p.channels, p.input_rows, p.input_columns);
        int add = (int)number_below(2);
        if (maximum) {
            kernels->maps.max_pool_backward(&p, &x, &y, &dy, add, &dx);
        } else {
            kernels->maps.average_pool_backward(&p, &dy, add, &dx);
        }
        double *expected = array(p.input_rows * p.input_columns, sizeof *expected);
        for (size_t k = 0; k < p.channels * ST_LANES; k++) {
            size_t lane = k % ST_LANES, c = k / ST_LANES;
            for (size_t e = 0; e < p.input_rows * p.input_columns; e++) {
                expected[e] = add ? pixel(&before, c, e / p.input_columns, e % p.input_columns)[lane] : 0;
            }
            for (size_t o = 0; o < p.rows * p.columns; o++) {
                size_t row = o / p.columns, column = o % p.columns;
                double g = pixel(&dy, c, row, column)[lane], share = g / (double)(p.kernel_rows * p.kernel_columns);
                int taken = 0;
                FOR_WINDOW(p, row, column, {
                    int hit = !taken && pixel(&x, c, r, q)[lane] == pixel(&y, c, row, column)[lane];
                    expected[r * p.input_columns + q] += maximum ? (hit ? g : 0) : share;
                    taken |= hit;
                })
            }
            for (size_t e = 0; e < p.input_rows * p.input_columns; e++) {
                expect_near(pixel(&dx, c, e / p.input_columns, e % p.input_columns)[lane], expected[e], rounding(12, 10),
                    "element", e);
            }
        }
    }
}

void check_maps_max_pool(const st_kernels *kernels) { check_pool(kernels, 1); }
void check_maps_average_pool(const st_kernels *kernels) { check_pool(kernels, 0); }
void check_maps_max_pool_backward(const st_kernels *kernels) { check_pool_backward(kernels, 1); }
void check_maps_average_pool_backward(const st_kernels *kernels) { check_pool_backward(kernels, 0); }
