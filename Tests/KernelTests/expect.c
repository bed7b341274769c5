#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "support.h"

static outcome now;
static char name_of_case[256];

static void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void fail(const char *format, ...) {
    if (now.failures++) return;
    int length = snprintf(now.first_failure, sizeof now.first_failure, "%s: ", name_of_case);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(now.first_failure + length, sizeof now.first_failure - (size_t)length, format, arguments);
    va_end(arguments);
}

static void case_end(void) {
    if (!arrays_release()) fail("wrote before the start of an array");
}

void check_begin(void) {
    arrays_release();
    now = (outcome){0};
    name_of_case[0] = 0;
    numbers_begin();
}

outcome check_end(void) {
    case_end();
    return now;
}

void case_begin(const char *format, ...) {
    case_end();
    now.cases++;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(name_of_case, sizeof name_of_case, format, arguments);
    va_end(arguments);
}

void expect_near(float found, double expected, double allowed, const char *what, size_t index) {
    now.comparisons++;
    if (isnan(found) || isnan(expected)) {
        if (!(isnan(found) && isnan(expected))) fail("%s %zu is %g, expected %g", what, index, found, expected);
        return;
    }
    // Numbers too small for a normalised float keep fewer digits.
    double share = fabs(found - expected) / (allowed + FLT_MIN);
    if (share > now.worst) now.worst = share;
    if (share > 1) fail("%s %zu is %.9g, expected %.9g within %.2g", what, index, found, expected, allowed);
}

void expect_equal(double found, double expected, const char *what, size_t index) {
    now.comparisons++;
    if (found == expected || (isnan(found) && isnan(expected))) return;
    fail("%s %zu is %.17g, expected %.17g", what, index, found, expected);
}

void expect(int holds, const char *what) {
    now.comparisons++;
    if (!holds) fail("%s", what);
}

double rounding(size_t terms, double magnitude) { return ((double)terms + 2) * FLT_EPSILON * magnitude; }
