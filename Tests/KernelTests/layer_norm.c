#include "checks.h"

typedef struct layer_case {
    size_t channels;
    int centered;
    float epsilon;
    float *x, *gamma, *beta, *dy;
} layer_case;

static layer_case layer_case_new(size_t index) {
    const size_t usual[] = {1, 2, 3, 7, 8, 9, 16, 17, 64};
    layer_case c = {.channels = index < 9 ? usual[index] : 1 + number_below(200), .centered = (int)(index & 1),
        .epsilon = 1e-5f};
    case_begin("%zu channels, %s", c.channels, c.centered ? "centered" : "not centered");
    c.x = floats(c.channels * ST_LANES, -1, 5);
    c.dy = floats(c.channels * ST_LANES, -1, 1);
    c.gamma = floats(c.channels, -2, 2);
    c.beta = c.centered ? floats(c.channels, -2, 2) : NULL;
    return c;
}

/// Mean and 1 / sqrt(variance + epsilon) of a lane.
static void statistics(const layer_case *c, size_t lane, double *mean, double *inverse) {
    double sum = 0, squares = 0;
    for (size_t k = 0; k < c->channels; k++) sum += c->x[k * ST_LANES + lane];
    *mean = c->centered ? sum / (double)c->channels : 0;
    for (size_t k = 0; k < c->channels; k++) {
        double d = c->x[k * ST_LANES + lane] - *mean;
        squares += d * d;
    }
    *inverse = 1 / sqrt(squares / (double)c->channels + c->epsilon);
}

void check_layer_norm_forward(const st_kernels *kernels) {
    for (size_t i = 0; i < 60; i++) {
        layer_case c = layer_case_new(i);
        int in_place = chance(0.5);
        float *y = floats_copied(c.x, c.channels * ST_LANES), *mean = array(ST_LANES, sizeof *mean);
        float *inverse = array(ST_LANES, sizeof *inverse);
        kernels->layer_norm.forward(
            in_place ? y : c.x, c.channels, c.centered, c.epsilon, c.gamma, c.beta, y, mean, inverse);
        for (size_t lane = 0; lane < ST_LANES; lane++) {
            double m, inv;
            statistics(&c, lane, &m, &inv);
            expect_near(mean[lane], m, rounding(c.channels, 5), "mean", lane);
            // One channel has no variance but that of its mean's rounding.
            expect_near(inverse[lane], inv, inv * 1e-4, "inverse", lane);
            for (size_t k = 0; k < c.channels; k++) {
                double normal = (c.x[k * ST_LANES + lane] - m) * inv, shift = c.beta ? c.beta[k] : 0;
                expect_near(y[k * ST_LANES + lane], normal * c.gamma[k] + shift,
                    2e-5 * (1 + fabs(normal)) + rounding(c.channels, 5) * inv * fabs(c.gamma[k]), "element", k);
            }
        }
    }
}

void check_layer_norm_backward(const st_kernels *kernels) {
    for (size_t i = 0; i < 60; i++) {
        layer_case c = layer_case_new(i);
        size_t n = c.channels * ST_LANES, way = number_below(4);
        float *mean = array(ST_LANES, sizeof *mean), *inverse = array(ST_LANES, sizeof *inverse);
        for (size_t lane = 0; lane < ST_LANES; lane++) {
            double m, inv;
            statistics(&c, lane, &m, &inv);
            mean[lane] = (float)m;
            inverse[lane] = (float)inv;
        }
        float *addend = floats(n, -1, 1), *dgamma = array(c.channels, sizeof *dgamma);
        float *dbeta = c.centered ? array(c.channels, sizeof *dbeta) : NULL;
        float *dx = floats_copied(way == 1 ? c.dy : way == 2 ? c.x : addend, n);
        int adds = way == 3 || chance(0.5);
        kernels->layer_norm.backward(way == 1 ? dx : c.dy, way == 2 ? dx : c.x, c.channels, c.centered, c.gamma, mean,
            inverse, adds ? (way == 3 ? dx : addend) : NULL, dx, dgamma, dbeta);
        for (size_t k = 0; k < c.channels; k++) {
            double scale = 0, shift = 0, magnitude = 0;
            for (size_t lane = 0; lane < ST_LANES; lane++) {
                double g = c.dy[k * ST_LANES + lane];
                double term = g * ((double)c.x[k * ST_LANES + lane] - mean[lane]) * inverse[lane];
                scale += term;
                shift += g;
                magnitude += fabs(g) * (fabs(c.x[k * ST_LANES + lane]) + fabs(mean[lane])) * inverse[lane];
            }
            expect_near(dgamma[k], scale, rounding(ST_LANES, magnitude), "dgamma", k);
            if (dbeta) expect_near(dbeta[k], shift, rounding(ST_LANES, ST_LANES), "dbeta", k);
        }
        for (size_t lane = 0; lane < ST_LANES; lane++) {
            double sum = 0, product = 0, inv = inverse[lane], count = (double)c.channels;
            for (size_t k = 0; k < c.channels; k++) {
                double g = (double)c.dy[k * ST_LANES + lane] * c.gamma[k];
                sum += g;
                product += g * ((double)c.x[k * ST_LANES + lane] - mean[lane]) * inv;
            }
            for (size_t k = 0; k < c.channels; k++) {
                size_t at = k * ST_LANES + lane;
                double g = (double)c.dy[at] * c.gamma[k], normal = ((double)c.x[at] - mean[lane]) * inv;
                double expected = inv * (g - (c.centered ? sum / count : 0) - normal * product / count);
                double size = inv * (fabs(g) + fabs(sum / count) + 2 + fabs(normal * product / count)) + 2;
                expect_near(dx[at], expected + (adds ? addend[at] : 0), rounding(c.channels, 4 * size), "element", at);
            }
        }
    }
}

void check_layer_norm_row_sums(const st_kernels *kernels) {
    for (size_t n, i = 0; (n = length_at(i)) != SIZE_MAX; i++) {
        size_t rows = number_below(9), stride = n + number_below(5);
        case_begin("%zu rows of %zu, %zu apart", rows, n, stride);
        float *x = floats(rows ? (rows - 1) * stride + n : 0, -1, 1), *sums = array(n, sizeof *sums);
        kernels->layer_norm.row_sums(x, rows, stride, n, sums);
        for (size_t k = 0; k < n; k++) {
            double sum = 0;
            for (size_t r = 0; r < rows; r++) sum += x[r * stride + k];
            expect_near(sums[k], sum, rounding(rows, (double)rows), "element", k);
        }
    }
}
