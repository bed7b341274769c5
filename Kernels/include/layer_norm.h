// Normalisation of every sample by its own channels, lane by lane.
#pragma once
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// One panel of `channels` rows of ST_LANES floats. With `centered` y = gamma (x - mean) inverse + beta, where mean and variance are
/// those of a lane's channels and inverse = 1 / sqrt(variance + epsilon) (Ba, Kiros, Hinton, "Layer normalization", 2016);
/// without it the mean is taken for 0 and there is no beta (Zhang, Sennrich, "Root mean square layer normalization", 2019).
typedef struct st_layer_norm_kernels {
    /// y, which may be x; writes mean (0 unless `centered`) and inverse of each lane.
    void (*forward)(const float *x, size_t channels, int centered, float epsilon, const float *gamma,
        const float *_Nullable beta, float *y, float *mean, float *inverse);
    /// dx = addend + the gradient by x, where dx may be dy, x or the addend; dgamma[c] and dbeta[c] are the sums over the lanes of
    /// this panel. dy is zero in padded lanes, and dx then is the addend.
    void (*backward)(const float *dy, const float *x, size_t channels, int centered, const float *gamma, const float *mean,
        const float *inverse, const float *_Nullable addend, float *_Nullable dx, float *dgamma, float *_Nullable dbeta);
    /// sums[i] = the sum of x[r * stride + i] over r < rows, in order, for i < count.
    void (*row_sums)(const float *x, size_t rows, size_t stride, size_t count, float *sums);
} st_layer_norm_kernels;

#pragma clang assume_nonnull end
