#include "checks.h"

/// A block of Philox4x32-10, written from its paper.
static void philox(const st_philox *stream, uint64_t block, uint32_t c[4]) {
    uint32_t k[2] = {stream->key[0], stream->key[1]};
    c[0] = (uint32_t)block;
    c[1] = (uint32_t)(block >> 32);
    c[2] = stream->high[0];
    c[3] = stream->high[1];
    for (int round = 0; round < 10; round++) {
        uint64_t a = (uint64_t)c[0] * 0xD2511F53, b = (uint64_t)c[2] * 0xCD9E8D57;
        uint32_t next[4] = {(uint32_t)(b >> 32) ^ c[1] ^ k[0], (uint32_t)b, (uint32_t)(a >> 32) ^ c[3] ^ k[1], (uint32_t)a};
        memcpy(c, next, sizeof next);
        k[0] += 0x9E3779B9;
        k[1] += 0xBB67AE85;
    }
}

static uint32_t word(void) { return (uint32_t)(number_below(1 << 16) << 16 | number_below(1 << 16)); }

void check_random_bounded_words(const st_kernels *kernels) {
    for (size_t n, i = 0; (n = length_at(i)) != SIZE_MAX; i++) {
        st_philox stream = {{word(), word()}, {word(), word()}};
        // From none to all words, and across the end of the lower half of the counter.
        uint64_t first = chance(0.3) ? UINT64_C(0xFFFFFFFF) - n / 2 : (uint64_t)word() << number_below(30);
        uint32_t bounds[256], most = 0;
        unsigned shift = (unsigned)number_below(8);
        for (int k = 0; k < 256; k++) {
            bounds[k] = chance(0.1) ? 0 : chance(0.1) ? UINT32_MAX : word() >> shift;
            if (i % 3 == 0) bounds[k] = i % 2 ? UINT32_MAX : word() >> 8;
            if (bounds[k] > most) most = bounds[k];
        }
        case_begin("%zu blocks from %llu", n, (unsigned long long)first);
        uint32_t *expected = array(2 * n + 1, sizeof *expected);
        size_t count = 0;
        for (size_t k = 0; k < n; k++) {
            uint32_t c[4];
            philox(&stream, first + k, c);
            if (c[1] <= bounds[c[0] >> 24]) expected[count++] = (uint32_t)(2 * k);
            if (c[3] <= bounds[c[2] >> 24]) expected[count++] = (uint32_t)(2 * k + 1);
        }
        uint32_t *found = array(2 * n + 1, sizeof *found);
        size_t answer = kernels->random.bounded_words(&stream, first, n, bounds, most, found);
        expect_equal((double)answer, (double)count, "number found", 0);
        for (size_t k = 0; k < count; k++) expect_equal(found[k], expected[k], "index", k);
    }
    // Random123's own vector: key and counter of all ones.
    case_begin("the published vector");
    uint32_t c[4];
    philox(&(st_philox){{UINT32_MAX, UINT32_MAX}, {UINT32_MAX, UINT32_MAX}}, UINT64_MAX, c);
    const uint32_t published[4] = {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd};
    for (int k = 0; k < 4; k++) expect_equal(c[k], published[k], "number", (size_t)k);
}
