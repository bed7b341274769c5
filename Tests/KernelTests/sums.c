#include "sums.h"

#include <math.h>

sums sums_from(const panels *output) {
    size_t count = output->channels * output->samples;
    sums s = {array(count, sizeof(double)), array(count, sizeof(double)), array(output->channels, sizeof(size_t))};
    for (size_t channel = 0; channel < output->channels; channel++) {
        s.terms[channel] = 1;
        for (size_t sample = 0; sample < output->samples; sample++) {
            size_t i = channel * output->samples + sample;
            s.value[i] = output->at[panels_index(output, sample, channel)];
            s.magnitude[i] = fabs(s.value[i]);
        }
    }
    return s;
}

sums sums_from_bias(panels *output, const float *bias) {
    for (size_t channel = 0; channel < output->channels; channel++) {
        for (size_t sample = 0; sample < output->samples; sample++) {
            output->at[panels_index(output, sample, channel)] = bias ? bias[channel] : 0;
        }
    }
    sums s = sums_from(output);
    for (size_t i = 0; i < (output->count - 1) * output->stride + output->channels * ST_LANES; i++) output->at[i] = NAN;
    return s;
}

void sums_add(sums *s, size_t to, float weight, const panels *in, size_t from) {
    s->terms[to]++;
    for (size_t sample = 0; sample < in->samples; sample++) {
        double product = (double)weight * in->at[panels_index(in, sample, from)];
        s->value[to * in->samples + sample] += product;
        s->magnitude[to * in->samples + sample] += fabs(product);
    }
}

void sums_expect(const sums *s, const panels *found, size_t first, size_t end, int relu) {
    for (size_t channel = 0; channel < found->channels; channel++) {
        for (size_t sample = 0; sample < found->samples; sample++) {
            size_t i = channel * found->samples + sample;
            double expected = relu && s->value[i] < 0 ? 0 : s->value[i];
            if (channel < first || channel >= end) expected = NAN;
            expect_near(found->at[panels_index(found, sample, channel)], expected,
                rounding(s->terms[channel], s->magnitude[i]), "element", i);
        }
    }
}

void expect_weight_gradient(float found, const panels *dy, size_t row, const panels *x, size_t column, size_t index) {
    double sum = 0, magnitude = 0;
    for (size_t sample = 0; sample < x->samples; sample++) {
        double product = (double)x->at[panels_index(x, sample, column)] * dy->at[panels_index(dy, sample, row)];
        sum += product;
        magnitude += fabs(product);
    }
    expect_near(found, sum, rounding(x->samples, magnitude), "weight", index);
}

void perhaps_nan(float *values, size_t count) {
    if (count && chance(0.1)) values[number_below(count)] = NAN;
}
