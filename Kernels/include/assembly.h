// From samples as they lie in a data set (one after the other) to a panel (sample index innermost).
#pragma once
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

typedef struct st_assembly_kernels {
    /// panel[f * 32 + lane] = (samples[lane][f] - mean[f]) * inverse_deviation[f], f < features
    void (*gather_bytes)(
        const uint8_t *_Nonnull const *_Nonnull samples, size_t features, const float *mean, const float *inverse_deviation,
        float *panel);
    /// The same from floats.
    void (*gather_floats)(
        const float *_Nonnull const *_Nonnull samples, size_t features, const float *mean, const float *inverse_deviation,
        float *panel);
} st_assembly_kernels;

#pragma clang assume_nonnull end
