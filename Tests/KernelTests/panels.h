// Activations of a batch: panels of ST_LANES samples.
#pragma once
#include "support.h"

typedef struct panels {
    size_t channels, samples, count, stride;
    float *at;
} panels;

/// 1, 31, 32, 33, 128, then anything up to 160.
size_t batch_at(size_t index);
/// Numbers from -1 ..< 1, with a gap between panels; zero in lanes without a sample.
panels panels_new(size_t channels, size_t samples);
static inline size_t panels_index(const panels *p, size_t sample, size_t channel) {
    return sample / ST_LANES * p->stride + channel * ST_LANES + sample % ST_LANES;
}
