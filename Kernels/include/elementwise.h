// Vector loops over whole runs of floats: activations, biases, optimisers.
#pragma once
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

typedef struct st_elementwise_kernels {
    /// gradient[i] = output[i] > 0 ? gradient[i] : 0
    void (*relu_backward)(float *gradient, const float *output, size_t count);
} st_elementwise_kernels;

#pragma clang assume_nonnull end
