// What the checks share: repeatable numbers, arrays that end where memory ends, and comparisons that name their case.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "SparseKernels.h"

/// A check runs one kernel of one instruction set over many cases.
typedef void check_function(const st_kernels *kernels);

// numbers.c: the same for every check and instruction set.

void numbers_begin(void);
/// Evenly from 0 ..< bound.
size_t number_below(size_t bound);
float number_between(float low, float high);
/// A subnormal number of a sign that the range has, or one of which a product is subnormal; like `number_between` where
/// the range leaves 0 out.
float number_faded(float low, float high);
/// 1 with the given probability.
int chance(double probability);
/// Lengths around every vector width, then longer ones at random; `index` counts from 0, SIZE_MAX past the last.
size_t length_at(size_t index);

// arrays.c

/// An array whose last element is the last before a page without access: reading or writing past it is a fault. Bytes
/// before it are watched. It lives until the next case begins; its content is 0xFF, which in floats is NaN.
void *array(size_t count, size_t element_size);
/// The same, filled with numbers from low ..< high.
float *floats(size_t count, float low, float high);
/// From here on, whether every third number of `floats` has faded.
void floats_fade(int fade);
float *floats_copied(const float *from, size_t count);
/// Frees all arrays; returns whether none was written to before its start.
int arrays_release(void);

// expect.c

/// Where the results of one check are.
typedef struct outcome {
    size_t cases, comparisons, failures;
    /// The largest error as a share of what was allowed, and the first failure in words.
    double worst;
    char first_failure[512];
} outcome;

void check_begin(void);
outcome check_end(void);
/// Ends the case before and describes the next.
void case_begin(const char *format, ...) __attribute__((format(printf, 1, 2)));
/// |found - expected| <= allowed, or both are NaN.
void expect_near(float found, double expected, double allowed, const char *what, size_t index);
/// Equal to the last bit, except that all NaN are alike and so are both zeros.
void expect_equal(double found, double expected, const char *what, size_t index);
void expect(int holds, const char *what);

/// What rounding may do to a sum of `terms` products whose magnitudes add up to `magnitude`.
double rounding(size_t terms, double magnitude);
