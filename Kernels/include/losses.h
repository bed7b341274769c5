// Losses of one panel: `logits` and `gradient` are [classes][ST_LANES], other arrays one element a lane. Only the first
// `samples` lanes are real; the gradient of the others is zero.
#pragma once
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

typedef struct st_loss_kernels {
    /// gradient = (softmax(logits) - target) * scale, where target is smoothing / classes, plus 1 - smoothing at the
    /// label. Also, for the loss itself: the largest logit, the sum of exp(logit - largest), the sum of logits.
    void (*softmax)(const float *logits, size_t classes, const int32_t *labels, size_t samples, float smoothing,
                    float scale, float *gradient, float *largest, float *exponentials, float *total);
    /// gradient = (logits - onehot) * scale; squares = the sum of (logit - onehot)^2 over classes.
    void (*squared)(const float *logits, size_t classes, const int32_t *labels, size_t samples, float scale,
                    float *gradient, float *squares);
    /// How many classes come before the label's when ordered by logit, equal logits by index.
    void (*ranks)(const float *logits, size_t classes, const int32_t *labels, size_t samples, int32_t *ranks);
} st_loss_kernels;

#pragma clang assume_nonnull end
