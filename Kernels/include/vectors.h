// Loops over whole runs of floats. Bits of an element never depend on where a run begins or ends.
#pragma once
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

typedef struct st_vector_kernels {
    /// x[i] *= factor
    void (*scale)(float *x, float factor, size_t count);
    /// y[i] += a * x[i]
    void (*axpy)(float a, const float *x, float *y, size_t count);
    /// The sum of x[i]^2 in double precision: eight partial sums, element i in sum i % 8, then a fixed tree.
    double (*sum_of_squares)(const float *x, size_t count);
    /// sums[c] = the sum over panels p and i < run of x[p * panel_stride + c * run + i], for c < channels. `run` is a
    /// multiple of ST_LANES.
    void (*channel_sums)(const float *x, size_t panels, size_t panel_stride, size_t channels, size_t run, float *sums);
    /// Indices of the elements with low <= x[i] <= high (NaN among them), ascending; returns their number. `found` has room
    /// for 16 more than `count`.
    size_t (*within)(const float *x, size_t count, float low, float high, uint32_t *found);
} st_vector_kernels;

#pragma clang assume_nonnull end
