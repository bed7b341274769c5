// Batch normalisation, channel by channel over all panels of a batch. A channel has `run` floats in each panel, a
// multiple of ST_LANES; only real samples count: those of the last panel are its first `last_lanes` lanes.
#pragma once
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Where the floats of some channels are in a batch.
typedef struct st_batch {
    size_t panels, panel_stride, channels, run, last_lanes;
} st_batch;

typedef struct st_normalization_kernels {
    /// mean[c], and variance[c] around it divided by the number of elements, over real samples.
    void (*statistics)(const float *x, const st_batch *b, float *mean, float *variance);
    /// y = x * factor[c] + shift[c], in all lanes.
    void (*affine)(const float *x, const st_batch *b, const float *factor, const float *shift, float *y);
    /// With xhat = (x - mean) * inverse: dgamma = sum dy xhat, dbeta = sum dy. dy is zero in padded lanes.
    void (*gradients)(const float *dy, const float *x, const st_batch *b, const float *mean, const float *inverse,
                      float *dgamma, float *dbeta);
    /// dx = gamma * inverse * (dy - dbeta / n - xhat * dgamma / n), n elements a channel; zero in padded lanes.
    void (*input_gradient)(const float *dy, const float *x, const st_batch *b, const float *mean, const float *inverse,
                           const float *gamma, const float *dgamma, const float *dbeta, float *dx);
} st_normalization_kernels;

#pragma clang assume_nonnull end
