#include "checks.h"

void check_vectors_scale(const st_kernels *kernels) {
    for (size_t n, i = 0; (n = length_at(i)) != SIZE_MAX; i++) {
        case_begin("%zu elements", n);
        float factor = number_between(-2, 2);
        float *before = floats(n, -2, 2), *x = floats_copied(before, n);
        kernels->vectors.scale(x, factor, n);
        for (size_t k = 0; k < n; k++) expect_equal(x[k], before[k] * factor, "element", k);
    }
}

void check_vectors_axpy(const st_kernels *kernels) {
    for (size_t n, i = 0; (n = length_at(i)) != SIZE_MAX; i++) {
        case_begin("%zu elements", n);
        float a = number_between(-2, 2);
        float *x = floats(n, -2, 2), *before = floats(n, -2, 2);
        float *y = floats_copied(before, n), *cut = floats_copied(before, n);
        kernels->vectors.axpy(a, x, y, n);
        for (size_t k = 0; k < n; k++) {
            double product = (double)a * x[k];
            expect_near(y[k], product + before[k], rounding(2, fabs(product) + fabs(before[k])), "element", k);
        }
        size_t at = number_below(n + 1);
        kernels->vectors.axpy(a, x, cut, at);
        kernels->vectors.axpy(a, x + at, cut + at, n - at);
        expect(memcmp(y, cut, n * sizeof *y) == 0, "bits depend on where the run is cut");
    }
}

void check_vectors_sum_of_squares(const st_kernels *kernels) {
    for (size_t n, i = 0; (n = length_at(i)) != SIZE_MAX; i++) {
        case_begin("%zu elements", n);
        float *x = floats(n, -2, 2);
        double s[8] = {0};
        for (size_t k = 0; k < n; k++) s[k % 8] += (double)x[k] * x[k];
        double expected = ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]));
        expect_equal(kernels->vectors.sum_of_squares(x, n), expected, "sum", 0);
    }
}

void check_vectors_channel_sums(const st_kernels *kernels) {
    for (size_t i = 0; i < 60; i++) {
        size_t panels = number_below(6), channels = number_below(9), run = ST_LANES * (1 + number_below(4));
        size_t stride = (channels + number_below(3)) * run;
        case_begin("%zu panels, %zu channels of %zu", panels, channels, run);
        float *x = floats(panels ? (panels - 1) * stride + channels * run : 0, -2, 2);
        float *sums = array(channels, sizeof *sums);
        kernels->vectors.channel_sums(x, panels, stride, channels, run, sums);
        for (size_t c = 0; c < channels; c++) {
            double sum = 0, magnitude = 0;
            for (size_t k = 0; k < panels * run; k++) {
                double term = x[k / run * stride + c * run + k % run];
                sum += term;
                magnitude += fabs(term);
            }
            expect_near(sums[c], sum, rounding(panels * run, magnitude), "channel", c);
        }
    }
}

void check_vectors_within(const st_kernels *kernels) {
    for (size_t n, i = 0; (n = length_at(i)) != SIZE_MAX; i++) {
        float low = chance(0.1) ? -INFINITY : number_between(-0.5f, 1.2f);
        float high = chance(0.3) ? INFINITY : number_between(0, 1.5f);
        case_begin("%zu elements, %g to %g", n, low, high);
        float *x = floats(n, 0, 1);
        for (size_t k = 0; k < n; k++) {
            if (chance(0.02)) x[k] = NAN;
            if (chance(0.02)) x[k] = INFINITY;
            if (chance(0.05)) x[k] = low;
            if (chance(0.05)) x[k] = high;
        }
        uint32_t *expected = array(n, sizeof *expected);
        size_t count = 0;
        for (size_t k = 0; k < n; k++) {
            if (isnan(x[k]) || (x[k] >= low && x[k] <= high)) expected[count++] = (uint32_t)k;
        }
        uint32_t *found = array(n + 16, sizeof *found);
        expect_equal((double)kernels->vectors.within(x, n, low, high, found), (double)count, "number found", 0);
        for (size_t k = 0; k < count; k++) expect_equal(found[k], expected[k], "index", k);
    }
}
