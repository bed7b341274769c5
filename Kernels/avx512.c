// AVX-512 (F, VL, BW, DQ): vectors of 16 floats.
#if defined(__x86_64__)
#include "SparseKernels.h"
#include <immintrin.h>
#include <string.h>
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,fma"))), apply_to = function)

#define ST_ISA avx512
#define ST_GRADIENT_ROWS 6
#define ST_GRADIENT_VECTORS 4
#define ST_CONVOLUTION_ROWS 3
#define ST_CONVOLUTION_COLUMNS 4
#define ST_BACKWARD_ROWS 2
#define ST_BACKWARD_COLUMNS 3
#define ST_PAIR 1
#define ST_TILE_ROWS 8
#define ST_TILE_VECTORS 2
#define ST_OWN_CSR_PRODUCTS "../avx512/csr.inc"
typedef __m512 vf;
enum { VF_W = 16 };
static inline vf vf_zero(void) { return _mm512_setzero_ps(); }
static inline vf vf_set1(float x) { return _mm512_set1_ps(x); }
static inline vf vf_load(const float *p) { return _mm512_loadu_ps(p); }
static inline void vf_store(float *p, vf a) { _mm512_storeu_ps(p, a); }
/// The first n < VF_W lanes, zero in the others.
static inline vf vf_load_n(const float *p, size_t n) { return _mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p); }
static inline void vf_store_n(float *p, vf a, size_t n) { _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), a); }
static inline vf vf_add(vf a, vf b) { return _mm512_add_ps(a, b); }
static inline vf vf_sub(vf a, vf b) { return _mm512_sub_ps(a, b); }
static inline vf vf_mul(vf a, vf b) { return _mm512_mul_ps(a, b); }
static inline vf vf_div(vf a, vf b) { return _mm512_div_ps(a, b); }
/// a > b ? a : b, so that a NaN in b passes
static inline vf vf_max(vf a, vf b) { return _mm512_max_ps(a, b); }
static inline vf vf_sqrt(vf a) { return _mm512_sqrt_ps(a); }
/// a * b + c
static inline vf vf_fma(vf a, vf b, vf c) { return _mm512_fmadd_ps(a, b, c); }
/// a > 0 ? b : 0
static inline vf vf_where_positive(vf a, vf b) {
    return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(a, _mm512_setzero_ps(), _CMP_GT_OQ), b);
}
/// 2^n for whole -126 <= n <= 127
static inline vf vf_pow2(vf n) {
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_add_epi32(_mm512_cvtps_epi32(n), _mm512_set1_epi32(127)), 23));
}
static inline float vf_sum(vf a) { return _mm512_reduce_add_ps(a); }
static inline vf vf_abs(vf a) { return _mm512_abs_ps(a); }
/// Bit i: element i of a is not below that of b, or is no number.
static inline unsigned vf_not_below(vf a, vf b) { return _mm512_cmp_ps_mask(a, b, _CMP_NLT_UQ); }
/// Writes first + i for each bit i of the mask, ascending, and returns their number; may write VF_W elements.
static inline size_t vf_store_indices(uint32_t *found, uint32_t first, unsigned mask) {
    const __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    __m512i all = _mm512_add_epi32(_mm512_set1_epi32((int)first), lanes);
    _mm512_storeu_si512(found, _mm512_maskz_compress_epi32((__mmask16)mask, all));
    return (size_t)__builtin_popcount(mask);
}
/// Element i is the sum of the i-th of 16 vectors, by a transpose-and-add tree.
static inline vf vf_sum_each(const float *vectors) {
    vf quarter[4];
    for (int q = 0; q < 4; q++) {
        vf a = vf_load(vectors + 64 * q), b = vf_load(vectors + 64 * q + 16);
        vf c = vf_load(vectors + 64 * q + 32), d = vf_load(vectors + 64 * q + 48);
        vf ab = vf_add(_mm512_mask_blend_ps(0xCCCC, a, b), _mm512_shuffle_ps(a, b, _MM_SHUFFLE(1, 0, 3, 2)));
        vf cd = vf_add(_mm512_mask_blend_ps(0xCCCC, c, d), _mm512_shuffle_ps(c, d, _MM_SHUFFLE(1, 0, 3, 2)));
        quarter[q] = vf_add(_mm512_shuffle_ps(ab, cd, _MM_SHUFFLE(2, 0, 2, 0)),
            _mm512_shuffle_ps(ab, cd, _MM_SHUFFLE(3, 1, 3, 1)));
    }
    vf low = vf_add(_mm512_mask_blend_ps(0xFF00, quarter[0], quarter[1]),
        _mm512_shuffle_f32x4(quarter[0], quarter[1], _MM_SHUFFLE(1, 0, 3, 2)));
    vf high = vf_add(_mm512_mask_blend_ps(0xFF00, quarter[2], quarter[3]),
        _mm512_shuffle_f32x4(quarter[2], quarter[3], _MM_SHUFFLE(1, 0, 3, 2)));
    return vf_add(_mm512_shuffle_f32x4(low, high, _MM_SHUFFLE(2, 0, 2, 0)),
        _mm512_shuffle_f32x4(low, high, _MM_SHUFFLE(3, 1, 3, 1)));
}

#include "generic/kernels.inc"
#pragma clang attribute pop
#endif
