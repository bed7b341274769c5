#include "checks.h"

typedef struct parameters {
    float *w, *g, *m, *v;
} parameters;

static parameters parameters_new(size_t n) {
    return (parameters){floats(n, -2, 2), floats(n, -2, 2), floats(n, -2, 2), floats(n, 0, 2)};
}

static parameters parameters_copied(parameters p, size_t n, size_t from) {
    return (parameters){floats_copied(p.w + from, n), floats_copied(p.g + from, n), floats_copied(p.m + from, n),
        floats_copied(p.v + from, n)};
}

typedef int step_function(const st_kernels *kernels, parameters p, size_t n);
/// One element in double precision, and the magnitude of the numbers that were rounded on the way.
typedef struct element {
    double w, g, m, v, magnitude;
} element;
typedef element reference_function(element before);

static const st_sgd sgd = {.rate = 0.1f, .momentum = 0.9f, .gradient_scale = 0.5f, .weight_decay = 0.01f,
    .shrink = 0.98f};
static const st_adam adam = {.beta1 = 0.9f, .beta2 = 0.99f, .epsilon = 1e-3f, .gradient_scale = 0.5f,
    .weight_decay = 0.01f, .shrink = 0.98f, .step = 0.2f, .root_correction = 3};

static void check_optimizer(const st_kernels *kernels, step_function *step, reference_function *reference) {
    for (size_t n, i = 0; (n = length_at(i)) != SIZE_MAX; i++) {
        case_begin("%zu elements", n);
        parameters before = parameters_new(n), after = parameters_copied(before, n, 0);
        size_t at = number_below(n + 1);
        parameters low = parameters_copied(before, at, 0), high = parameters_copied(before, n - at, at);
        expect(step(kernels, after, n) == 1, "finite gradients are called infinite");
        for (size_t k = 0; k < n; k++) {
            element e = reference((element){before.w[k], before.g[k], before.m[k], before.v[k], 0});
            expect_near(after.w[k], e.w, rounding(1, e.magnitude), "weight", k);
            expect_near(after.m[k], e.m, rounding(1, e.magnitude), "first moment", k);
            expect_near(after.v[k], e.v, rounding(1, e.magnitude), "second moment", k);
            expect_equal(after.g[k], before.g[k], "gradient", k);
        }
        step(kernels, low, at);
        step(kernels, high, n - at);
        expect(memcmp(after.w, low.w, at * sizeof(float)) == 0 && memcmp(after.m, low.m, at * sizeof(float)) == 0
                && memcmp(after.w + at, high.w, (n - at) * sizeof(float)) == 0
                && memcmp(after.m + at, high.m, (n - at) * sizeof(float)) == 0,
            "bits depend on where the pass is cut");
    }
    for (size_t i = 0; i < 60; i++) {
        size_t n = 1 + number_below(100), bad = number_below(n);
        const float values[] = {NAN, INFINITY, -INFINITY, 3e38f};
        case_begin("gradient %zu of %zu is %g", bad, n, values[i % 4]);
        parameters p = parameters_new(n);
        p.g[bad] = values[i % 4];
        expect(step(kernels, p, n) == (i % 4 == 3), "a gradient is wrongly called finite or infinite");
    }
}

static double decayed(element e, double scale, double decay) { return scale * e.g + decay * e.w; }
static double magnitude_of(element e) { return fabs(e.w) + fabs(e.g) + fabs(e.m) + fabs(e.v) + 1; }

static int step_sgd(const st_kernels *kernels, parameters p, size_t n) {
    return kernels->optimizers.sgd(p.w, p.g, n, &sgd);
}
static element reference_sgd(element e) {
    double gradient = decayed(e, sgd.gradient_scale, sgd.weight_decay);
    return (element){sgd.shrink * e.w - sgd.rate * gradient, e.g, e.m, e.v, magnitude_of(e)};
}
void check_optimizers_sgd(const st_kernels *kernels) { check_optimizer(kernels, step_sgd, reference_sgd); }

static int step_sgd_momentum(const st_kernels *kernels, parameters p, size_t n) {
    return kernels->optimizers.sgd_momentum(p.w, p.g, p.m, n, &sgd);
}
static element reference_sgd_momentum(element e) {
    double velocity = sgd.momentum * e.m + decayed(e, sgd.gradient_scale, sgd.weight_decay);
    return (element){sgd.shrink * e.w - sgd.rate * velocity, e.g, velocity, e.v, magnitude_of(e)};
}
void check_optimizers_sgd_momentum(const st_kernels *kernels) {
    check_optimizer(kernels, step_sgd_momentum, reference_sgd_momentum);
}

static int step_sgd_nesterov(const st_kernels *kernels, parameters p, size_t n) {
    return kernels->optimizers.sgd_nesterov(p.w, p.g, p.m, n, &sgd);
}
static element reference_sgd_nesterov(element e) {
    double gradient = decayed(e, sgd.gradient_scale, sgd.weight_decay);
    double velocity = sgd.momentum * e.m + gradient;
    double step = sgd.rate * (gradient + sgd.momentum * velocity);
    return (element){sgd.shrink * e.w - step, e.g, velocity, e.v, magnitude_of(e)};
}
void check_optimizers_sgd_nesterov(const st_kernels *kernels) {
    check_optimizer(kernels, step_sgd_nesterov, reference_sgd_nesterov);
}

static int step_adam(const st_kernels *kernels, parameters p, size_t n) {
    return kernels->optimizers.adam(p.w, p.g, p.m, p.v, n, &adam);
}
static element reference_adam(element e) {
    double gradient = decayed(e, adam.gradient_scale, adam.weight_decay);
    double m = adam.beta1 * e.m + (1 - (double)adam.beta1) * gradient;
    double v = adam.beta2 * e.v + (1 - (double)adam.beta2) * gradient * gradient;
    double root = sqrt(v) * adam.root_correction + adam.epsilon;
    // The division enlarges what rounding did to the moment.
    double magnitude = magnitude_of(e) + adam.step * (fabs(e.m) + fabs(gradient)) / root;
    return (element){adam.shrink * e.w - adam.step * m / root, e.g, m, v, magnitude};
}
void check_optimizers_adam(const st_kernels *kernels) { check_optimizer(kernels, step_adam, reference_adam); }
