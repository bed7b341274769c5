#include <string.h>

#include "support.h"

static uint64_t state;

void numbers_begin(void) { state = 1; }

// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
static uint64_t next_word(void) {
    uint64_t z = state += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}

static double next_unit(void) { return (double)(next_word() >> 11) * 0x1p-53; }

size_t number_below(size_t bound) { return (size_t)(next_unit() * (double)bound); }

float number_between(float low, float high) { return low + (high - low) * (float)next_unit(); }

float number_faded(float low, float high) {
    if (low > 0 || high < 0) return number_between(low, high);
    if (chance(0.5)) return number_between(low, high) * 1e-25f;
    // By its bits: arithmetic would make it zero.
    uint32_t bits = (uint32_t)(next_word() >> 41) | (low < 0 && (high <= 0 || chance(0.5)) ? 0x80000000u : 0);
    float subnormal;
    memcpy(&subnormal, &bits, sizeof bits);
    return subnormal;
}

int chance(double probability) { return next_unit() < probability; }

size_t length_at(size_t index) {
    const size_t few[] = {63, 64, 65, 127, 128, 129};
    const size_t steady = 41, fixed = sizeof few / sizeof *few, random = 40;
    if (index < steady) return index;
    if (index < steady + fixed) return few[index - steady];
    return index < steady + fixed + random ? number_below(2000) : SIZE_MAX;
}
