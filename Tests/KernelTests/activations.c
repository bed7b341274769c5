#include "checks.h"

void check_activations_relu(const st_kernels *kernels) {
    for (size_t n, i = 0; (n = length_at(i)) != SIZE_MAX; i++) {
        for (int in_place = 0; in_place < 2; in_place++) {
            case_begin("%zu elements%s", n, in_place ? " in place" : "");
            float *before = floats(n, -2, 2), *y = floats_copied(before, n);
            for (size_t k = 0; k < n; k++) {
                if (chance(0.05)) before[k] = y[k] = NAN;
            }
            kernels->activations.relu(in_place ? y : before, y, n);
            for (size_t k = 0; k < n; k++) expect_equal(y[k], before[k] < 0 ? 0 : before[k], "element", k);
        }
    }
}

void check_activations_relu_backward(const st_kernels *kernels) {
    for (size_t n, i = 0; (n = length_at(i)) != SIZE_MAX; i++) {
        for (int in_place = 0; in_place < 2; in_place++) {
            case_begin("%zu elements%s", n, in_place ? " in place" : "");
            float *dy = floats(n, -2, 2), *y = floats(n, -2, 2), *dx = floats_copied(dy, n);
            for (size_t k = 0; k < n; k++) y[k] = y[k] < 0 ? 0 : y[k];
            kernels->activations.relu_backward(in_place ? dx : dy, y, dx, n);
            for (size_t k = 0; k < n; k++) expect_equal(dx[k], y[k] > 0 ? dy[k] : 0, "element", k);
        }
    }
}

/// Philox4x32-10 (Salmon, Moraes, Dror, Shaw, SC 2011).
static void philox(uint32_t c[4], uint32_t k0, uint32_t k1) {
    for (int round = 0; round < 10; round++, k0 += 0x9E3779B9, k1 += 0xBB67AE85) {
        uint64_t a = (uint64_t)c[0] * 0xD2511F53, b = (uint64_t)c[2] * 0xCD9E8D57;
        uint32_t next[4] = {(uint32_t)(b >> 32) ^ c[1] ^ k0, (uint32_t)b, (uint32_t)(a >> 32) ^ c[3] ^ k1, (uint32_t)a};
        memcpy(c, next, sizeof next);
    }
}

void check_activations_dropout(const st_kernels *kernels) {
    case_begin("the generator's published example");
    uint32_t c[4] = {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344};
    const uint32_t published[4] = {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1};
    philox(c, 0xa4093822, 0x299f31d0);
    expect(memcmp(c, published, sizeof c) == 0, "the reference is wrong");

    for (size_t i = 0; i < 60; i++) {
        st_dropout mask = {.threshold = number_below((1ull << 32) + 1), .scale = number_between(1, 3)};
        if (i < 2) mask.threshold = i ? 1ull << 32 : 0;
        for (int k = 0; k < 2; k++) {
            mask.key[k] = (uint32_t)number_below(1ull << 32);
            mask.high[k] = (uint32_t)number_below(1ull << 32);
        }
        uint32_t panel = (uint32_t)number_below(1ull << 32), first = (uint32_t)number_below(1 << 20);
        size_t runs = number_below(12);
        int in_place = chance(0.5);
        case_begin("%zu runs, threshold %llu", runs, (unsigned long long)mask.threshold);
        float *x = floats(runs * ST_LANES, -2, 2), *y = floats_copied(x, runs * ST_LANES);
        kernels->activations.dropout(in_place ? y : x, y, &mask, panel, first, runs);
        for (size_t k = 0; k < runs * ST_LANES; k++) {
            size_t run = first + k / ST_LANES, lane = k % ST_LANES;
            uint32_t words[4] = {(uint32_t)(8 * run + lane % 8), panel, mask.high[0], mask.high[1]};
            philox(words, mask.key[0], mask.key[1]);
            expect_equal(y[k], words[lane / 8] < mask.threshold ? x[k] * mask.scale : 0, "element", k);
        }
    }
}

/// x times a share of it, and the slope.
typedef struct shared {
    double value, slope;
} shared;

static shared exact(double x) {
    double s = 0.5 * erfc(-x / sqrt(2));
    return (shared){x * s, s + x * exp(-x * x / 2) / sqrt(2 * M_PI)};
}

static shared by_sigmoid(double x, double z, double dz) {
    double s = 1 / (1 + exp(-z));
    return (shared){x * s, s + x * s * (1 - s) * dz};
}

static shared by_tanh(double x) {
    double f = 2 * sqrt(2 / M_PI);
    return by_sigmoid(x, f * (x + 0.044715 * x * x * x), f * (1 + 3 * 0.044715 * x * x));
}

static shared silu(double x) { return by_sigmoid(x, x, 1); }

/// Inputs of every size, and none.
static float *shared_inputs(size_t n) {
    float *x = floats(n, -6, 6);
    for (size_t k = 0; k < n; k++) {
        if (chance(0.1)) x[k] *= 30;
        if (chance(0.03)) x[k] = NAN;
        if (chance(0.03)) x[k] = 0;
    }
    return x;
}

static void check_share(void (*share)(const float *, float *, size_t), shared (*reference)(double)) {
    for (size_t n, i = 0; (n = length_at(i)) != SIZE_MAX; i++) {
        for (int in_place = 0; in_place < 2; in_place++) {
            case_begin("%zu elements%s", n, in_place ? " in place" : "");
            float *x = shared_inputs(n), *y = floats_copied(x, n);
            share(in_place ? y : x, y, n);
            for (size_t k = 0; k < n; k++) {
                expect_near(y[k], reference(x[k]).value, 3e-7 * (1 + fabs(x[k])), "element", k);
            }
        }
    }
}

static void check_slope(
    void (*backward)(const float *, const float *, float *, size_t, int), shared (*reference)(double)) {
    for (size_t n, i = 0; (n = length_at(i)) != SIZE_MAX; i++) {
        for (int way = 0; way < 4; way++) {
            int adding = way == 3;
            case_begin("%zu elements, over %s", n, (const char *[]){"neither", "dy", "x", "a gradient"}[way]);
            float *x = shared_inputs(n), *dy = floats(n, -2, 2), *before = floats(n, -2, 2);
            float *dx = floats_copied(way == 1 ? dy : way == 2 ? x : before, n);
            backward(way == 1 ? dx : dy, way == 2 ? dx : x, dx, n, adding);
            for (size_t k = 0; k < n; k++) {
                double start = adding ? before[k] : 0;
                expect_near(dx[k], start + dy[k] * reference(x[k]).slope, 1e-6 * (1 + fabs(dy[k])) + 1e-6 * fabs(start),
                    "element", k);
            }
        }
    }
}

void check_activations_gelu(const st_kernels *kernels) { check_share(kernels->activations.gelu, exact); }
void check_activations_gelu_tanh(const st_kernels *kernels) { check_share(kernels->activations.gelu_tanh, by_tanh); }
void check_activations_silu(const st_kernels *kernels) { check_share(kernels->activations.silu, silu); }
void check_activations_gelu_backward(const st_kernels *kernels) {
    check_slope(kernels->activations.gelu_backward, exact);
}
void check_activations_gelu_tanh_backward(const st_kernels *kernels) {
    check_slope(kernels->activations.gelu_tanh_backward, by_tanh);
}
void check_activations_silu_backward(const st_kernels *kernels) {
    check_slope(kernels->activations.silu_backward, silu);
}
