#include "checks.h"

/// What both kernels have in common: samples lie in memory in no order, with gaps, the last one at the end of memory.
typedef struct batch {
    size_t features, stride, sample_of_lane[ST_LANES];
    float *mean, *inverse_deviation, *panel;
} batch;

static const size_t few_features[] = {1, 3, 4, 5, 15, 16, 17, 31, 32, 33, 64, 100, 784};

static batch batch_new(size_t i) {
    enum { FEW = sizeof few_features / sizeof *few_features };
    batch b = {.features = i < FEW ? few_features[i] : 1 + number_below(200)};
    b.stride = b.features + number_below(20);
    case_begin("%zu features, samples %zu apart", b.features, b.stride);
    for (size_t lane = 0; lane < ST_LANES; lane++) b.sample_of_lane[lane] = number_below(ST_LANES);
    b.mean = floats(b.features, -50, 150);
    b.inverse_deviation = floats(b.features, 0, 10);
    b.panel = array(b.features * ST_LANES, sizeof(float));
    return b;
}

static size_t batch_elements(const batch *b) { return (ST_LANES - 1) * b->stride + b->features; }

static void batch_expect(const batch *b, size_t lane, size_t feature, double raw) {
    double expected = (raw - b->mean[feature]) * b->inverse_deviation[feature];
    expect_near(b->panel[feature * ST_LANES + lane], expected, rounding(0, fabs(expected)), "element",
        feature * ST_LANES + lane);
}

void check_assembly_gather_bytes(const st_kernels *kernels) {
    for (size_t i = 0; i < 60; i++) {
        batch b = batch_new(i);
        uint8_t *data = array(batch_elements(&b), 1);
        for (size_t k = 0; k < batch_elements(&b); k++) data[k] = (uint8_t)number_below(256);
        const uint8_t *samples[ST_LANES];
        for (size_t lane = 0; lane < ST_LANES; lane++) samples[lane] = data + b.sample_of_lane[lane] * b.stride;
        kernels->assembly.gather_bytes(samples, b.features, b.mean, b.inverse_deviation, b.panel);
        for (size_t lane = 0; lane < ST_LANES; lane++) {
            for (size_t f = 0; f < b.features; f++) batch_expect(&b, lane, f, samples[lane][f]);
        }
    }
}

void check_assembly_gather_floats(const st_kernels *kernels) {
    for (size_t i = 0; i < 60; i++) {
        batch b = batch_new(i);
        float *data = floats(batch_elements(&b), 0, 100);
        const float *samples[ST_LANES];
        for (size_t lane = 0; lane < ST_LANES; lane++) samples[lane] = data + b.sample_of_lane[lane] * b.stride;
        kernels->assembly.gather_floats(samples, b.features, b.mean, b.inverse_deviation, b.panel);
        for (size_t lane = 0; lane < ST_LANES; lane++) {
            for (size_t f = 0; f < b.features; f++) batch_expect(&b, lane, f, samples[lane][f]);
        }
    }
}
