// Attention of one head over one sequence (Vaswani et al., "Attention is all you need", 2017), tile by tile of ST_LANES keys x
// ST_LANES queries: scores are never there all at once (Dao et al., "FlashAttention", 2022).
#pragma once
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Pointers are to the head's first channel in the sequence's first panel; panels are `..._stride` floats apart.
typedef struct st_attention {
    const float *query, *key, *value;
    size_t query_stride, key_stride, value_stride;
    /// y, a weighted mean of values for every query.
    float *output;
    size_t output_stride;
    /// Channels of the head.
    size_t channels;
    /// Tokens of the sequence. Lanes past them are no keys; as queries they give finite numbers.
    size_t length;
    /// What products of queries and keys are multiplied by.
    float scale;
    /// A query sees itself and the keys before it only.
    int causal;
    /// ST_LANES numbers for each panel of queries, panels `state_stride` floats apart: the largest score of each query, and 1
    /// divided by its sum of e^(score - largest).
    float *largest, *inverse;
    size_t state_stride;
} st_attention;

/// The gradients of the loss by the output, and where those by queries, keys and values go; null: nowhere. The first has zeros in
/// lanes past the sequence. `adds`: what is there stays and is added to.
typedef struct st_attention_gradients {
    const float *output;
    size_t output_stride;
    float *_Nullable query, *_Nullable key, *_Nullable value;
    size_t query_stride, key_stride, value_stride;
    int query_adds, key_adds, value_adds;
} st_attention_gradients;

typedef struct st_attention_kernels {
    /// output = value x softmax(scale key^T query); writes `largest` and `inverse`.
    void (*forward)(const st_attention *a);
    /// The three gradients, from what `forward` read and wrote. Gradients that are one array get the sum.
    void (*backward)(const st_attention *a, const st_attention_gradients *g);
} st_attention_kernels;

#pragma clang assume_nonnull end
