// For any processor: clang's vectors of 4 floats, which become SSE2, NEON or scalar code.
#include "SparseKernels.h"
#include <math.h>
#include <string.h>

#define ST_ISA portable
#define ST_GRADIENT_ROWS 3
#define ST_GRADIENT_VECTORS 3
#define ST_CONVOLUTION_ROWS 2
#define ST_CONVOLUTION_COLUMNS 3
#define ST_BACKWARD_ROWS 1
#define ST_BACKWARD_COLUMNS 2
#define ST_PAIR 0
#define ST_TILE_ROWS 4
#define ST_TILE_VECTORS 2
typedef float vf __attribute__((vector_size(16)));
typedef int32_t vi __attribute__((vector_size(16)));
enum { VF_W = 4 };
static inline vf vf_set1(float x) { return (vf){x, x, x, x}; }
static inline vf vf_zero(void) { return vf_set1(0); }
static inline vf vf_load(const float *p) {
    vf a;
    memcpy(&a, p, sizeof a);
    return a;
}
static inline void vf_store(float *p, vf a) { memcpy(p, &a, sizeof a); }
/// The first n < VF_W lanes, zero in the others.
static inline vf vf_load_n(const float *p, size_t n) {
    float lanes[VF_W] = {0};
    memcpy(lanes, p, n * sizeof *p);
    return vf_load(lanes);
}
static inline void vf_store_n(float *p, vf a, size_t n) {
    float lanes[VF_W];
    vf_store(lanes, a);
    memcpy(p, lanes, n * sizeof *p);
}
static inline vf vf_add(vf a, vf b) { return a + b; }
static inline vf vf_sub(vf a, vf b) { return a - b; }
static inline vf vf_mul(vf a, vf b) { return a * b; }
static inline vf vf_div(vf a, vf b) { return a / b; }
/// a > b ? a : b, so that a NaN in b passes
static inline vf vf_max(vf a, vf b) { return (vf)(((a > b) & (vi)a) | (~(a > b) & (vi)b)); }
static inline vf vf_sqrt(vf a) { return __builtin_elementwise_sqrt(a); }
/// a * b + c, not fused where the processor's baseline has no fused form
static inline vf vf_fma(vf a, vf b, vf c) { return a * b + c; }
/// a > 0 ? b : 0
static inline vf vf_where_positive(vf a, vf b) { return (vf)((a > 0) & (vi)b); }
/// 2^n for whole -126 <= n <= 127
static inline vf vf_pow2(vf n) { return (vf)((__builtin_convertvector(n, vi) + 127) << 23); }
static inline float vf_sum(vf a) { return (a[0] + a[1]) + (a[2] + a[3]); }
static inline vf vf_abs(vf a) { return __builtin_elementwise_abs(a); }
/// Bit i: element i of a is not below that of b, or is no number.
static inline unsigned vf_not_below(vf a, vf b) {
    vi below = a < b;
    return (below[0] ? 0u : 1u) | (below[1] ? 0u : 2u) | (below[2] ? 0u : 4u) | (below[3] ? 0u : 8u);
}
/// Writes first + i for each bit i of the mask, ascending, and returns their number; may write VF_W elements.
static inline size_t vf_store_indices(uint32_t *found, uint32_t first, unsigned mask) {
    size_t n = 0;
    for (; mask; mask &= mask - 1) found[n++] = first + (uint32_t)__builtin_ctz(mask);
    return n;
}
/// Element i is the sum of the i-th of 4 vectors.
static inline vf vf_sum_each(const float *vectors) {
    return (vf){vf_sum(vf_load(vectors)), vf_sum(vf_load(vectors + 4)), vf_sum(vf_load(vectors + 8)),
        vf_sum(vf_load(vectors + 12))};
}

#include "generic/kernels.inc"
