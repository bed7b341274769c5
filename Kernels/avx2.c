// AVX2 with FMA: vectors of 8 floats.
#if defined(__x86_64__)
#include "SparseKernels.h"
#include <immintrin.h>
#include <string.h>
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define ST_ISA avx2
#define ST_GRADIENT_ROWS 6
#define ST_GRADIENT_VECTORS 2
#define ST_CONVOLUTION_ROWS 2
#define ST_CONVOLUTION_COLUMNS 3
#define ST_BACKWARD_ROWS 1
#define ST_BACKWARD_COLUMNS 2
#define ST_PAIR 1
#define ST_TILE_ROWS 4
#define ST_TILE_VECTORS 2
typedef __m256 vf;
enum { VF_W = 8 };
static inline vf vf_zero(void) { return _mm256_setzero_ps(); }
static inline vf vf_set1(float x) { return _mm256_set1_ps(x); }
static inline vf vf_load(const float *p) { return _mm256_loadu_ps(p); }
static inline void vf_store(float *p, vf a) { _mm256_storeu_ps(p, a); }
static inline __m256i vf_first(size_t n) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
/// The first n < VF_W lanes, zero in the others.
static inline vf vf_load_n(const float *p, size_t n) { return _mm256_maskload_ps(p, vf_first(n)); }
static inline void vf_store_n(float *p, vf a, size_t n) { _mm256_maskstore_ps(p, vf_first(n), a); }
static inline vf vf_add(vf a, vf b) { return _mm256_add_ps(a, b); }
static inline vf vf_sub(vf a, vf b) { return _mm256_sub_ps(a, b); }
static inline vf vf_mul(vf a, vf b) { return _mm256_mul_ps(a, b); }
static inline vf vf_div(vf a, vf b) { return _mm256_div_ps(a, b); }
/// a > b ? a : b, so that a NaN in b passes
static inline vf vf_max(vf a, vf b) { return _mm256_max_ps(a, b); }
static inline vf vf_sqrt(vf a) { return _mm256_sqrt_ps(a); }
/// a * b + c
static inline vf vf_fma(vf a, vf b, vf c) { return _mm256_fmadd_ps(a, b, c); }
/// a > 0 ? b : 0
static inline vf vf_where_positive(vf a, vf b) {
    return _mm256_and_ps(_mm256_cmp_ps(a, _mm256_setzero_ps(), _CMP_GT_OQ), b);
}
/// 2^n for whole -126 <= n <= 127
static inline vf vf_pow2(vf n) {
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23));
}
static inline float vf_sum(vf a) {
    __m128 s = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    s = _mm_add_ps(s, _mm_movehl_ps(s, s));
    return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
}
static inline vf vf_abs(vf a) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a); }
/// Bit i: element i of a is not below that of b, or is no number.
static inline unsigned vf_not_below(vf a, vf b) {
    return (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_NLT_UQ));
}
/// Writes first + i for each bit i of the mask, ascending, and returns their number; may write VF_W elements.
static inline size_t vf_store_indices(uint32_t *found, uint32_t first, unsigned mask) {
    size_t n = 0;
    for (; mask; mask &= mask - 1) found[n++] = first + (uint32_t)__builtin_ctz(mask);
    return n;
}
/// Element i is the sum of the i-th of 8 vectors.
static inline vf vf_sum_each(const float *vectors) {
    vf half[2];
    for (int h = 0; h < 2; h++) {
        const float *v = vectors + 32 * h;
        half[h] = _mm256_hadd_ps(_mm256_hadd_ps(vf_load(v), vf_load(v + 8)),
            _mm256_hadd_ps(vf_load(v + 16), vf_load(v + 24)));
    }
    return vf_add(_mm256_permute2f128_ps(half[0], half[1], 0x20), _mm256_permute2f128_ps(half[0], half[1], 0x31));
}

#include "generic/kernels.inc"
#pragma clang attribute pop
#endif
