#include "checks.h"

enum { CASES = 100 };

/// A convolution of one panel whose taps are offsets at random into an input that is as long as they reach.
typedef struct convolution {
    st_convolution c;
    size_t channels, weights, taps, input, output;
    uint32_t *starts;
    float *values, *x, *y;
} convolution;

static convolution convolution_new(int indirect) {
    convolution v = {.channels = 1 + number_below(4)};
    st_convolution *c = &v.c;
    c->rows = 1 + number_below(5);
    c->columns = 1 + number_below(20);
    c->tiles = 1 + number_below(3);
    size_t stride = 1 + number_below(2), spread = 1 + number_below(2);
    c->in_column = stride * ST_LANES;
    c->in_row = (c->columns * stride + number_below(3)) * c->in_column;
    c->out_column = spread * ST_LANES;
    c->out_row = (c->columns * spread + number_below(3)) * ST_LANES;
    c->out_channel = c->rows * c->out_row;
    case_begin("%zu channels of %zu x %zu, %zu tiles, steps %zu and %zu%s", v.channels, c->rows, c->columns, c->tiles,
        stride, spread, indirect ? ", values elsewhere" : "");
    v.starts = array(v.channels * c->tiles + 1, sizeof *v.starts);
    v.starts[0] = 0;
    for (size_t i = 0; i < v.channels * c->tiles; i++) v.starts[i + 1] = v.starts[i] + (uint32_t)number_below(20);
    v.weights = v.starts[v.channels * c->tiles];
    int32_t *offsets = array(v.weights, sizeof *offsets);
    uint32_t *places = array(v.weights, sizeof *places);
    for (size_t i = 0; i < v.weights; i++) {
        offsets[i] = (int32_t)(number_below(30) * ST_LANES);
        places[i] = (uint32_t)(v.weights - 1 - i);
    }
    c->starts = v.starts;
    c->offsets = offsets;
    c->places = indirect ? places : NULL;
    v.input = (c->rows - 1) * c->in_row + (c->columns - 1) * c->in_column + 30 * ST_LANES;
    v.output = (v.channels - 1) * c->out_channel + (c->rows - 1) * c->out_row + (c->columns - 1) * c->out_column + ST_LANES;
    v.values = floats(v.weights, -1, 1);
    v.x = floats(v.input, -1, 1);
    v.y = floats(v.output, -1, 1);
    return v;
}

static double convolution_value(const convolution *v, size_t i) { return v->values[v->c.places ? v->c.places[i] : i]; }

void check_convolution_forward(const st_kernels *kernels) {
    for (size_t i = 0; i < CASES; i++) {
        convolution v = convolution_new(i % 2);
        const st_convolution *c = &v.c;
        int flags = (int)number_below(4);
        float *bias = chance(0.5) ? floats(v.channels, -1, 1) : NULL, *y = floats_copied(v.y, v.output);
        kernels->convolution.forward(c, v.values, bias, v.x, y, 0, v.channels, flags);
        for (size_t channel = 0; channel < v.channels; channel++) {
            for (size_t p = 0; p < c->rows * c->columns * ST_LANES; p++) {
                size_t lane = p % ST_LANES, row = p / ST_LANES / c->columns, column = p / ST_LANES % c->columns;
                size_t at = channel * c->out_channel + row * c->out_row + column * c->out_column + lane;
                double sum = flags & ST_START ? (bias ? bias[channel] : 0) : v.y[at], magnitude = fabs(sum);
                size_t first = v.starts[channel * c->tiles], end = v.starts[(channel + 1) * c->tiles];
                for (size_t k = first; k < end; k++) {
                    double product = convolution_value(&v, k)
                        * v.x[row * c->in_row + column * c->in_column + (size_t)c->offsets[k] + lane];
                    sum += product;
                    magnitude += fabs(product);
                }
                if (flags & ST_RELU && sum < 0) sum = 0;
                expect_near(y[at], sum, rounding(end - first + 1, magnitude), "output", at);
            }
        }
    }
}

void check_convolution_weight_gradient(const st_kernels *kernels) {
    for (size_t i = 0; i < CASES; i++) {
        convolution v = convolution_new(0);
        const st_convolution *c = &v.c;
        int accumulate = (int)number_below(2);
        float *gradient = floats_copied(v.values, v.weights);
        kernels->convolution.weight_gradient(c, v.x, v.y, 0, v.channels, accumulate, gradient);
        for (size_t channel = 0; channel < v.channels; channel++) {
            for (size_t k = v.starts[channel * c->tiles]; k < v.starts[(channel + 1) * c->tiles]; k++) {
                double sum = accumulate ? v.values[k] : 0, magnitude = fabs(sum);
                for (size_t p = 0; p < c->rows * c->columns * ST_LANES; p++) {
                    size_t lane = p % ST_LANES, row = p / ST_LANES / c->columns, column = p / ST_LANES % c->columns;
                    double product =
                        (double)v.x[row * c->in_row + column * c->in_column + (size_t)c->offsets[k] + lane]
                        * v.y[channel * c->out_channel + row * c->out_row + column * c->out_column + lane];
                    sum += product;
                    magnitude += fabs(product);
                }
                expect_near(gradient[k], sum, rounding(c->rows * c->columns * ST_LANES, magnitude), "gradient", k);
            }
        }
    }
}
