// ReLU, GELU, SiLU and dropout.
#pragma once
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Where a dropout mask comes from: the keep bit of an element is a function of these and of its panel, channel, place
/// in the channel's run and lane, computed by Philox4x32-10.
typedef struct st_dropout {
    /// The generator's key and the upper half of its counter.
    uint32_t key[2], high[2];
    /// An element is kept when its 32 random bits are below this; all are kept at 2^32.
    uint64_t threshold;
    /// Multiplies the kept ones.
    float scale;
} st_dropout;

typedef struct st_activation_kernels {
    /// y[i] = max(x[i], 0); y may be x.
    void (*relu)(const float *x, float *y, size_t count);
    /// dx[i] = y[i] > 0 ? dy[i] : 0; dx may be dy.
    void (*relu_backward)(const float *dy, const float *y, float *dx, size_t count);
    /// y[i] = x[i] times the probability of a standard normal number below x[i] (Hendrycks, Gimpel, "Gaussian error linear
    /// units", 2016), with an absolute error of some 1e-7 |x[i]|; `gelu_tanh` is that paper's approximation by tanh, `silu`
    /// x / (1 + e^-x). y may be x.
    void (*gelu)(const float *x, float *y, size_t count);
    void (*gelu_tanh)(const float *x, float *y, size_t count);
    void (*silu)(const float *x, float *y, size_t count);
    /// dx[i] = (adding ? dx[i] : 0) + dy[i] times the slope at x[i]; dx may be dy or x.
    void (*gelu_backward)(const float *dy, const float *x, float *dx, size_t count, int adding);
    void (*gelu_tanh_backward)(const float *dy, const float *x, float *dx, size_t count, int adding);
    void (*silu_backward)(const float *dy, const float *x, float *dx, size_t count, int adding);
    /// y[i] = kept ? scale * x[i] : 0 over `runs` runs of ST_LANES floats of one panel, of which the first is number
    /// `first` in the panel. Random word k of block b of a run (b < 8, k < 4) decides lane 8 k + b; the block's counter
    /// is (8 * run number + b, panel, high). y may be x.
    void (*dropout)(const float *x, float *y, const st_dropout *mask, uint32_t panel, uint32_t first, size_t runs);
} st_activation_kernels;

#pragma clang assume_nonnull end
