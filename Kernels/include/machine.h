// What the processor can do at most: the yardstick of the benchmarks.
#pragma once
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

typedef struct st_machine_kernels {
    /// Runs `turns` turns of independent FMAs in registers and returns the floating-point operations done.
    double (*fma_peak)(size_t turns, float *result);
} st_machine_kernels;

#pragma clang assume_nonnull end
