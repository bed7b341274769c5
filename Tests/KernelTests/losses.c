#include "checks.h"

typedef struct predictions {
    size_t classes, samples;
    float *logits, *gradient;
    /// As many as there are samples.
    int32_t *labels;
} predictions;

static predictions predictions_new(size_t index) {
    const size_t usual[] = {0, 1, 31, 32};
    const float spreads[] = {0.5f, 8, 60};
    float spread = spreads[number_below(3)];
    predictions p = {.classes = index < 20 ? index + 1 : 1 + number_below(200),
        .samples = index % 2 ? usual[number_below(4)] : number_below(ST_LANES + 1)};
    case_begin("%zu classes, %zu samples, logits up to %g", p.classes, p.samples, spread);
    p.logits = floats(p.classes * ST_LANES, -spread, spread);
    p.gradient = array(p.classes * ST_LANES, sizeof *p.gradient);
    p.labels = array(p.samples, sizeof *p.labels);
    for (size_t s = 0; s < p.samples; s++) p.labels[s] = (int32_t)number_below(p.classes);
    return p;
}

void check_losses_softmax(const st_kernels *kernels) {
    for (size_t i = 0; i < 150; i++) {
        predictions p = predictions_new(i);
        float smoothing = chance(0.5) ? 0 : number_between(0, 0.5f), scale = number_between(0, 1);
        size_t spoilt = p.samples && chance(0.2) ? number_below(p.samples) : SIZE_MAX;
        if (spoilt != SIZE_MAX) p.logits[number_below(p.classes) * ST_LANES + spoilt] = NAN;
        float *largest = array(ST_LANES, sizeof *largest), *exponentials = array(ST_LANES, sizeof *exponentials);
        float *total = array(ST_LANES, sizeof *total);
        kernels->losses.softmax(p.logits, p.classes, p.labels, p.samples, smoothing, scale, p.gradient, largest,
            exponentials, total);
        for (size_t lane = 0; lane < ST_LANES; lane++) {
            if (lane >= p.samples) {
                for (size_t k = 0; k < p.classes; k++) {
                    expect_equal(p.gradient[k * ST_LANES + lane], 0, "padded gradient", k);
                }
                continue;
            }
            if (lane == spoilt) {
                expect(isnan(exponentials[lane]) && isnan(total[lane]), "a NaN logit does not show");
                continue;
            }
            double top = -INFINITY, sum = 0, plain = 0, magnitude = 0;
            for (size_t k = 0; k < p.classes; k++) top = fmax(top, p.logits[k * ST_LANES + lane]);
            for (size_t k = 0; k < p.classes; k++) {
                double x = p.logits[k * ST_LANES + lane];
                sum += exp(x - top);
                plain += x;
                magnitude += fabs(x);
            }
            expect_equal(largest[lane], top, "largest of lane", lane);
            expect_near(total[lane], plain, rounding(p.classes, magnitude), "total of lane", lane);
            // Rounding of x - top, up to 120, changes its exponential by as many units in the last place; below e^-87
            // there are none.
            double small = exp(-87);
            expect_near(exponentials[lane], sum,
                rounding(p.classes + 4, sum) + 120 * FLT_EPSILON * (sum - 1) + (double)p.classes * small,
                "sum of exponentials of lane", lane);
            for (size_t k = 0; k < p.classes; k++) {
                double share = exp(p.logits[k * ST_LANES + lane] - top) / sum;
                double target = smoothing / (double)p.classes + (p.labels[lane] == (int32_t)k ? 1 - smoothing : 0);
                expect_near(p.gradient[k * ST_LANES + lane], scale * (share - target),
                    scale * (rounding(p.classes + 4, share + target) + 120 * FLT_EPSILON * share * (1 - share) + small),
                    "gradient", k * ST_LANES + lane);
            }
        }
    }
}

void check_losses_squared(const st_kernels *kernels) {
    for (size_t i = 0; i < 150; i++) {
        predictions p = predictions_new(i);
        float scale = number_between(0, 1), *squares = array(ST_LANES, sizeof *squares);
        kernels->losses.squared(p.logits, p.classes, p.labels, p.samples, scale, p.gradient, squares);
        for (size_t lane = 0; lane < ST_LANES; lane++) {
            double sum = 0;
            for (size_t k = 0; k < p.classes; k++) {
                double target = lane < p.samples && p.labels[lane] == (int32_t)k;
                double d = p.logits[k * ST_LANES + lane] - target, g = lane < p.samples ? d * scale : 0;
                sum += d * d;
                expect_near(p.gradient[k * ST_LANES + lane], g, rounding(0, fabs(g)), "gradient", k * ST_LANES + lane);
            }
            if (lane < p.samples) expect_near(squares[lane], sum, rounding(p.classes, sum), "sum of lane", lane);
        }
    }
}

void check_losses_ranks(const st_kernels *kernels) {
    for (size_t i = 0; i < 150; i++) {
        predictions p = predictions_new(i);
        // Whole numbers, so that many are equal.
        for (size_t k = 0; k < p.classes * ST_LANES; k++) p.logits[k] = rintf(p.logits[k] / 4);
        int32_t *ranks = array(ST_LANES, sizeof *ranks);
        kernels->losses.ranks(p.logits, p.classes, p.labels, p.samples, ranks);
        for (size_t lane = 0; lane < p.samples; lane++) {
            size_t label = (size_t)p.labels[lane], before = 0;
            float own = p.logits[label * ST_LANES + lane];
            for (size_t k = 0; k < p.classes; k++) {
                float x = p.logits[k * ST_LANES + lane];
                if (x > own || (x == own && k < label)) before++;
            }
            expect_equal(ranks[lane], (double)before, "rank of lane", lane);
        }
    }
}
