#include "checks.h"

void check_machine_fma_peak(const st_kernels *kernels) {
    const size_t chains = 12;
    for (size_t turns = 1; turns <= 1000; turns *= 10) {
        case_begin("%zu turns", turns);
        float *result = array(1, sizeof *result);
        double operations = kernels->machine.fma_peak(turns, result);
        size_t width = (size_t)(operations / (2.0 * (double)(chains * turns)));
        expect_equal(operations, 2.0 * (double)(chains * width * turns), "operations of width", width);
        // Chain i begins at i + 2 and draws nearer to 1 by a thousandth a turn.
        double sum = 0;
        for (size_t i = 0; i < chains; i++) sum += 1 + ((double)i + 1) * pow((double)0.999f, (double)turns);
        expect_near(*result, sum * (double)width, rounding(turns, sum * (double)width), "sum of width", width);
    }
}
