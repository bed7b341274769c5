// NEON (every arm64 processor has it): vectors of 4 floats.
#if defined(__aarch64__)
#include "SparseKernels.h"
#include <arm_neon.h>
#include <string.h>

#define ST_ISA neon
#define ST_GRADIENT_ROWS 6
#define ST_GRADIENT_VECTORS 4
#define ST_CONVOLUTION_ROWS 3
#define ST_CONVOLUTION_COLUMNS 4
#define ST_BACKWARD_ROWS 2
#define ST_BACKWARD_COLUMNS 3
#define ST_PAIR 1
#define ST_TILE_ROWS 8
#define ST_TILE_VECTORS 2
typedef float32x4_t vf;
enum { VF_W = 4 };
static inline vf vf_zero(void) { return vdupq_n_f32(0); }
static inline vf vf_set1(float x) { return vdupq_n_f32(x); }
static inline vf vf_load(const float *p) { return vld1q_f32(p); }
static inline void vf_store(float *p, vf a) { vst1q_f32(p, a); }
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
static inline vf vf_add(vf a, vf b) { return vaddq_f32(a, b); }
static inline vf vf_sub(vf a, vf b) { return vsubq_f32(a, b); }
static inline vf vf_mul(vf a, vf b) { return vmulq_f32(a, b); }
static inline vf vf_div(vf a, vf b) { return vdivq_f32(a, b); }
/// a > b ? a : b, so that a NaN in b passes
static inline vf vf_max(vf a, vf b) { return vmaxq_f32(a, b); }
static inline vf vf_sqrt(vf a) { return vsqrtq_f32(a); }
/// a * b + c
static inline vf vf_fma(vf a, vf b, vf c) { return vfmaq_f32(c, a, b); }
/// a > 0 ? b : 0
static inline vf vf_where_positive(vf a, vf b) {
    return vreinterpretq_f32_u32(vandq_u32(vcgtzq_f32(a), vreinterpretq_u32_f32(b)));
}
/// 2^n for whole -126 <= n <= 127
static inline vf vf_pow2(vf n) {
    return vreinterpretq_f32_s32(vshlq_n_s32(vaddq_s32(vcvtq_s32_f32(n), vdupq_n_s32(127)), 23));
}
static inline float vf_sum(vf a) { return vaddvq_f32(a); }
static inline vf vf_abs(vf a) { return vabsq_f32(a); }
/// Bit i: element i of a is not below that of b, or is no number.
static inline unsigned vf_not_below(vf a, vf b) {
    const uint32x4_t bits = {1, 2, 4, 8};
    return vaddvq_u32(vbicq_u32(bits, vcltq_f32(a, b)));
}
/// Writes first + i for each bit i of the mask, ascending, and returns their number; may write VF_W elements.
static inline size_t vf_store_indices(uint32_t *found, uint32_t first, unsigned mask) {
    size_t n = 0;
    for (; mask; mask &= mask - 1) found[n++] = first + (uint32_t)__builtin_ctz(mask);
    return n;
}
/// Element i is the sum of the i-th of 4 vectors.
static inline vf vf_sum_each(const float *vectors) {
    return vpaddq_f32(vpaddq_f32(vf_load(vectors), vf_load(vectors + 4)),
        vpaddq_f32(vf_load(vectors + 8), vf_load(vectors + 12)));
}

#include "generic/kernels.inc"
#endif
