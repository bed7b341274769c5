// One pass over values, gradient and state for each optimiser. Each returns 1 when every gradient was finite, else 0.
#pragma once
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

typedef struct st_sgd {
    float rate, momentum, gradient_scale;
    /// Added to the gradient times the weight (coupled), and factor of the weight before the step (decoupled).
    float weight_decay, shrink;
} st_sgd;

typedef struct st_adam {
    float beta1, beta2, epsilon, gradient_scale;
    /// Added to the gradient times the weight (coupled), and factor of the weight before the step (decoupled).
    float weight_decay, shrink;
    /// rate / (1 - beta1^t), and 1 / sqrt(1 - beta2^t)
    float step, root_correction;
} st_adam;

typedef struct st_optimizer_kernels {
    /// w = shrink * w - rate * (gradient_scale * g + weight_decay * w)
    int (*sgd)(float *w, const float *g, size_t count, const st_sgd *s);
    /// v = momentum * v + gradient_scale * g + weight_decay * w; w = shrink * w - rate * v
    int (*sgd_momentum)(float *w, const float *g, float *v, size_t count, const st_sgd *s);
    /// The same, but w = shrink * w - rate * (g' + momentum * v) with g' = gradient_scale * g + weight_decay * w
    int (*sgd_nesterov)(float *w, const float *g, float *v, size_t count, const st_sgd *s);
    /// Adam with coupled or decoupled weight decay; m and v are the moments.
    int (*adam)(float *w, const float *g, float *m, float *v, size_t count, const st_adam *s);
} st_optimizer_kernels;

#pragma clang assume_nonnull end
