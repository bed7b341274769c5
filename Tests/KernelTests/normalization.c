#include "checks.h"

typedef struct normalized {
    st_batch batch;
    size_t panel_stride;
    size_t samples, floats;
    float *x, *dy, *mean, *inverse, *gamma, *dgamma, *dbeta;
} normalized;

static normalized normalized_new(size_t index) {
    const size_t usual[] = {1, 31, 32, 33, 128};
    normalized n = {.samples = index < 5 ? usual[index] : 1 + number_below(160)};
    st_batch *b = &n.batch;
    b->panels = (n.samples + ST_LANES - 1) / ST_LANES;
    b->last_lanes = n.samples - (b->panels - 1) * ST_LANES;
    b->channels = 1 + number_below(6);
    b->run = ST_LANES * (1 + number_below(4));
    b->rows = 1;
    n.panel_stride = (b->channels + number_below(2)) * b->run;
    case_begin("%zu samples, %zu channels of %zu", n.samples, b->channels, b->run);
    n.floats = (b->panels - 1) * n.panel_stride + b->channels * b->run;
    n.x = floats(n.floats, -1, 5);
    n.dy = floats(n.floats, -1, 1);
    // Padded lanes: rubbish in x, zero in dy.
    for (size_t k = 0; k < n.floats; k++) {
        if (k / n.panel_stride * ST_LANES + k % ST_LANES < n.samples) continue;
        n.x[k] = 1e30f;
        n.dy[k] = 0;
    }
    n.mean = floats(b->channels, 0, 4);
    n.inverse = floats(b->channels, 0.1f, 2);
    n.gamma = floats(b->channels, -2, 2);
    n.dgamma = floats(b->channels, -2, 2);
    n.dbeta = floats(b->channels, -2, 2);
    return n;
}

static st_maps maps_of(const normalized *n, float *x) {
    return (st_maps){x, n->panel_stride, n->batch.run, n->batch.run};
}

/// Real elements of a channel.
static size_t elements(const normalized *n) { return n->samples * (n->batch.run / ST_LANES); }

/// Where element `k` of them is.
static size_t element_at(const normalized *n, size_t channel, size_t k) {
    size_t sample = k % n->samples, pixel = k / n->samples;
    return sample / ST_LANES * n->panel_stride + channel * n->batch.run + pixel * ST_LANES + sample % ST_LANES;
}

void check_normalization_statistics(const st_kernels *kernels) {
    for (size_t i = 0; i < 100; i++) {
        normalized n = normalized_new(i);
        float *mean = array(n.batch.channels, sizeof *mean), *variance = array(n.batch.channels, sizeof *variance);
        st_maps x = maps_of(&n, n.x);
        kernels->normalization.statistics(&x, &n.batch, mean, variance);
        for (size_t c = 0; c < n.batch.channels; c++) {
            double count = (double)elements(&n), sum = 0, magnitude = 0, squares = 0;
            for (size_t k = 0; k < elements(&n); k++) {
                double value = n.x[element_at(&n, c, k)];
                sum += value;
                magnitude += fabs(value);
            }
            for (size_t k = 0; k < elements(&n); k++) {
                double d = n.x[element_at(&n, c, k)] - sum / count;
                squares += d * d;
            }
            expect_near(mean[c], sum / count, rounding(elements(&n), magnitude / count), "mean", c);
            // The mean's own rounding shifts every difference.
            double shift = rounding(elements(&n), magnitude / count);
            expect_near(variance[c], squares / count, rounding(elements(&n), squares / count) + shift * shift,
                "variance", c);
        }
    }
}

void check_normalization_affine(const st_kernels *kernels) {
    for (size_t i = 0; i < 100; i++) {
        normalized n = normalized_new(i);
        float *y = array(n.floats, sizeof *y);
        st_maps x = maps_of(&n, n.x), to = maps_of(&n, y);
        st_affine a = {n.gamma, n.mean, 0};
        kernels->normalization.affine(&x, &n.batch, &a, &to);
        for (size_t k = 0; k < n.floats; k++) {
            size_t c = k % n.panel_stride / n.batch.run;
            // Not a channel: between two panels.
            if (c >= n.batch.channels) continue;
            double product = (double)n.x[k] * n.gamma[c];
            expect_near(y[k], product + n.mean[c], rounding(2, fabs(product) + fabs(n.mean[c])), "element", k);
        }
    }
}

void check_normalization_gradients(const st_kernels *kernels) {
    for (size_t i = 0; i < 100; i++) {
        normalized n = normalized_new(i);
        float *dgamma = array(n.batch.channels, sizeof *dgamma), *dbeta = array(n.batch.channels, sizeof *dbeta);
        st_maps dy = maps_of(&n, n.dy), x = maps_of(&n, n.x);
        st_affine a = {n.gamma, n.mean, 0};
        kernels->normalization.gradients(&dy, &x, &n.batch, &a, n.mean, n.inverse, dgamma, dbeta);
        for (size_t c = 0; c < n.batch.channels; c++) {
            double gamma = 0, beta = 0, gamma_magnitude = 0, beta_magnitude = 0;
            for (size_t k = 0; k < elements(&n); k++) {
                size_t at = element_at(&n, c, k);
                double g = n.dy[at], term = g * ((double)n.x[at] - n.mean[c]) * n.inverse[c];
                gamma += term;
                beta += g;
                gamma_magnitude += fabs(term);
                beta_magnitude += fabs(g);
            }
            expect_near(dgamma[c], gamma, rounding(elements(&n) + 2, gamma_magnitude), "dgamma", c);
            expect_near(dbeta[c], beta, rounding(elements(&n), beta_magnitude), "dbeta", c);
        }
    }
}

void check_normalization_input_gradient(const st_kernels *kernels) {
    for (size_t i = 0; i < 100; i++) {
        normalized n = normalized_new(i);
        float *dx = array(n.floats, sizeof *dx);
        st_maps dy = maps_of(&n, n.dy), x = maps_of(&n, n.x), to = maps_of(&n, dx);
        st_affine a = {n.gamma, n.mean, 0};
        kernels->normalization.input_gradient(&dy, &x, &n.batch, &a, n.mean, n.inverse, n.dgamma, n.dbeta, NULL, &to);
        for (size_t k = 0; k < n.floats; k++) {
            size_t c = k % n.panel_stride / n.batch.run;
            if (c >= n.batch.channels) continue;
            if (k / n.panel_stride * ST_LANES + k % ST_LANES >= n.samples) {
                expect_equal(dx[k], 0, "padded element", k);
                continue;
            }
            double count = (double)elements(&n), factor = (double)n.gamma[c];
            double normal = ((double)n.x[k] - n.mean[c]) * n.inverse[c] * n.dgamma[c] / count;
            double expected = factor * (n.dy[k] - n.dbeta[c] / count - normal);
            double magnitude = fabs(factor) * (fabs(n.dy[k]) + fabs(n.dbeta[c] / count) + fabs(normal));
            expect_near(dx[k], expected, rounding(4, magnitude), "element", k);
        }
    }
}
