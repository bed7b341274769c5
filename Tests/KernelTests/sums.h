// What a product should give: sums in double precision, beside the magnitudes that rounding refers to.
#pragma once
#include "panels.h"

/// [channel][sample] of an output; terms by channel.
typedef struct sums {
    double *value, *magnitude;
    size_t *terms;
} sums;

/// The output is added to.
sums sums_from(const panels *output);
/// The output starts from the bias, or 0: what is there must not matter, so it is overwritten with NaN.
sums sums_from_bias(panels *output, const float *bias);
/// Adds weight * in[from] to channel `to`.
void sums_add(sums *s, size_t to, float weight, const panels *in, size_t from);
/// Channels first ..< end are as they should be and the others untouched, which is NaN.
void sums_expect(const sums *s, const panels *found, size_t first, size_t end, int relu);
/// The gradient of the weight from channel `column` of x to channel `row` of dy.
void expect_weight_gradient(float found, const panels *dy, size_t row, const panels *x, size_t column, size_t index);
/// Sometimes one weight is no number: that must show, ReLU or not.
void perhaps_nan(float *values, size_t count);
