// Batch normalisation, channel by channel over all panels of a batch.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "maps.h"

#pragma clang assume_nonnull begin

/// y = x * factor[c] + shift[c]; `relu`: negative results become 0.
typedef struct st_affine {
    const float *factor, *shift;
    int relu;
} st_affine;

typedef struct st_normalization_kernels {
    /// mean[c], and variance[c] around it divided by the number of elements, over real samples.
    void (*statistics)(const st_maps *x, const st_batch *b, float *mean, float *variance);
    /// y = a(x), in all lanes.
    void (*affine)(const st_maps *x, const st_batch *b, const st_affine *a, const st_maps *y);
    /// With xhat = (x - mean) * inverse: dgamma = sum dy xhat, dbeta = sum dy. dy is zero in padded lanes, and counts only
    /// where `a` has a positive result if a has a ReLU.
    void (*gradients)(const st_maps *dy, const st_maps *x, const st_batch *b, const st_affine *a, const float *mean,
        const float *inverse, float *dgamma, float *dbeta);
    /// dx = factor * (dy - dbeta / n - xhat * dgamma / n), n elements a channel; zero in padded lanes. With `addend` that is
    /// added; it may be dx.
    void (*input_gradient)(const st_maps *dy, const st_maps *x, const st_batch *b, const st_affine *a, const float *mean,
        const float *inverse, const float *dgamma, const float *dbeta, const st_maps *_Nullable addend, const st_maps *dx);
} st_normalization_kernels;

#pragma clang assume_nonnull end
