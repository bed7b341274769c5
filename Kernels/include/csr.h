// Products with a sparse matrix whose non-zeros are stored tile by tile (see SparseStore/Matrix).
#pragma once
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

typedef struct st_csr_kernels {
    int placeholder;
} st_csr_kernels;

#pragma clang assume_nonnull end
