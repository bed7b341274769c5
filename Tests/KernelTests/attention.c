#include <stdlib.h>

#include "checks.h"

/// One head of one sequence, its panels further apart than they are long.
typedef struct head {
    st_attention a;
    size_t panels, stride;
    float *query, *key, *value, *output, *state;
    /// [query][key]: the shares of the values.
    double *shares;
} head;

static double lane(const float *x, size_t stride, size_t token, size_t channel) {
    return x[token / ST_LANES * stride + channel * ST_LANES + token % ST_LANES];
}

static head head_new(size_t index) {
    const size_t lengths[] = {1, 5, 31, 32, 33, 40, 64, 96};
    head h = {0};
    st_attention *a = &h.a;
    a->length = index < 8 ? lengths[index] : 1 + number_below(130);
    a->channels = index < 8 ? 1 + index : 1 + number_below(40);
    a->causal = chance(0.5);
    a->scale = (float)(1 / sqrt((double)a->channels));
    h.panels = (a->length + ST_LANES - 1) / ST_LANES;
    h.stride = (a->channels + number_below(3)) * ST_LANES;
    case_begin("%zu tokens, %zu channels, %s", a->length, a->channels, a->causal ? "causal" : "full");
    size_t n = (h.panels - 1) * h.stride + a->channels * ST_LANES;
    // Some scores are far apart.
    float size = chance(0.3) ? 8 : 2;
    a->query = h.query = floats(n, -size, size);
    a->key = h.key = floats(n, -size, size);
    a->value = h.value = floats(n, -2, 2);
    a->output = h.output = array(n, sizeof *h.output);
    a->query_stride = a->key_stride = a->value_stride = a->output_stride = h.stride;
    a->state_stride = 2 * ST_LANES + number_below(2) * ST_LANES;
    h.state = array((h.panels - 1) * a->state_stride + 2 * ST_LANES, sizeof *h.state);
    a->largest = h.state;
    a->inverse = h.state + ST_LANES;
    return h;
}

/// The shares, in double precision; to be freed.
static void shares_of(head *h) {
    size_t n = h->a.length;
    h->shares = calloc(n * n, sizeof *h->shares);
    for (size_t q = 0; q < n; q++) {
        double *row = h->shares + q * n, largest = -INFINITY, sum = 0;
        size_t keys = h->a.causal ? q + 1 : n;
        for (size_t k = 0; k < keys; k++) {
            for (size_t c = 0; c < h->a.channels; c++) {
                row[k] += lane(h->query, h->stride, q, c) * lane(h->key, h->stride, k, c) * h->a.scale;
            }
            largest = fmax(largest, row[k]);
        }
        for (size_t k = 0; k < keys; k++) sum += row[k] = exp(row[k] - largest);
        for (size_t k = 0; k < keys; k++) row[k] /= sum;
    }
}

void check_attention_forward(const st_kernels *kernels) {
    for (size_t i = 0; i < 60; i++) {
        head h = head_new(i);
        kernels->attention.forward(&h.a);
        shares_of(&h);
        size_t n = h.a.length;
        for (size_t q = 0; q < h.panels * ST_LANES; q++) {
            for (size_t c = 0; c < h.a.channels; c++) {
                double found = lane(h.output, h.stride, q, c), expected = 0;
                if (q >= n) {
                    expect(isfinite(found), "a query past the sequence has no number");
                    continue;
                }
                for (size_t k = 0; k < n; k++) expected += h.shares[q * n + k] * lane(h.value, h.stride, k, c);
                expect_near((float)found, expected, 1e-4, "output", q * h.a.channels + c);
            }
        }
        free(h.shares);
    }
}

/// What the way back gives, [token][channel] of queries, keys and values, in double precision.
static void gradients_of(const head *h, const float *dy, double *found[3]) {
    size_t n = h->a.length, channels = h->a.channels;
    for (size_t q = 0; q < n; q++) {
        double common = 0;
        for (size_t k = 0; k < n; k++) {
            for (size_t c = 0; c < channels; c++) {
                common += h->shares[q * n + k] * lane(h->value, h->stride, k, c) * lane(dy, h->stride, q, c);
            }
        }
        for (size_t k = 0; k < n; k++) {
            double share = h->shares[q * n + k], product = 0;
            if (share == 0) continue;
            for (size_t c = 0; c < channels; c++) {
                product += lane(h->value, h->stride, k, c) * lane(dy, h->stride, q, c);
            }
            double score = share * (product - common) * h->a.scale;
            for (size_t c = 0; c < channels; c++) {
                found[0][q * channels + c] += score * lane(h->key, h->stride, k, c);
                found[1][k * channels + c] += score * lane(h->query, h->stride, q, c);
                found[2][k * channels + c] += share * lane(dy, h->stride, q, c);
            }
        }
    }
}

void check_attention_backward(const st_kernels *kernels) {
    for (size_t i = 0; i < 60; i++) {
        head h = head_new(i);
        size_t n = (h.panels - 1) * h.stride + h.a.channels * ST_LANES, count = h.a.length * h.a.channels;
        float *dy = floats(n, -1, 1), *before[3], *into[3];
        for (size_t q = h.a.length; q < h.panels * ST_LANES; q++) {
            for (size_t c = 0; c < h.a.channels; c++) {
                dy[q / ST_LANES * h.stride + c * ST_LANES + q % ST_LANES] = 0;
            }
        }
        int adds[3], isOne = chance(0.2);
        for (int k = 0; k < 3; k++) {
            adds[k] = isOne && k ? 1 : chance(0.3);
            before[k] = isOne && k ? before[0] : floats(n, -1, 1);
            into[k] = isOne && k ? into[0] : floats_copied(before[k], n);
        }
        kernels->attention.forward(&h.a);
        shares_of(&h);
        double *expected[3];
        for (int k = 0; k < 3; k++) expected[k] = calloc(count, sizeof **expected);
        gradients_of(&h, dy, expected);
        st_attention_gradients g = {dy, h.stride, into[0], into[1], into[2], h.stride, h.stride, h.stride, adds[0],
            adds[1], adds[2]};
        kernels->attention.backward(&h.a, &g);
        for (size_t q = 0; q < h.panels * ST_LANES; q++) {
            for (size_t c = 0; c < h.a.channels; c++) {
                for (int k = 0; k < (isOne ? 1 : 3); k++) {
                    double sum = adds[k] ? lane(before[k], h.stride, q, c) : 0, found = lane(into[k], h.stride, q, c);
                    if (q < h.a.length) {
                        for (int j = k; j < (isOne ? 3 : k + 1); j++) sum += expected[j][q * h.a.channels + c];
                        expect_near((float)found, sum, 4e-4, "gradient", q * h.a.channels + c);
                    } else {
                        expect_equal(found, sum, "gradient past the sequence", q);
                    }
                }
            }
        }
        for (int k = 0; k < 3; k++) free(expected[k]);
        free(h.shares);
    }
}
