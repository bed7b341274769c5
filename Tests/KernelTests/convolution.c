#include "checks.h"

enum { CASES = 100 };

/// A convolution of a few panels whose entries are offsets at random into an input that is as long as they reach.
typedef struct convolution {
    st_convolution c;
    /// Channels of a line, lines, values of all lines.
    size_t height, lines, values_count, panels, input, output;
    float *values, *x, *y;
} convolution;

/// `height` 1: single weights, whose values may be elsewhere; 4 or 8: a value for each channel of a line.
static convolution convolution_new(size_t height, int indirect, size_t longest) {
    convolution v = {.height = height, .lines = 1 + number_below(4), .panels = 1 + number_below(2)};
    st_convolution *c = &v.c;
    c->rows = 1 + number_below(5);
    c->columns = 1 + number_below(20);
    c->tiles = 1 + number_below(3);
    c->height = height;
    c->outputs = v.lines * height - number_below(height);
    size_t stride = 1 + number_below(2), spread = 1 + number_below(2);
    c->in_column = stride * ST_LANES;
    c->in_row = (c->columns * stride + number_below(3)) * c->in_column;
    c->out_column = spread * ST_LANES;
    c->out_row = (c->columns * spread + number_below(3)) * ST_LANES;
    c->out_channel = c->rows * c->out_row;
    case_begin("%zu lines of %zu, %zu x %zu pixels, %zu panels, %zu tiles, steps %zu and %zu%s", v.lines, height, c->rows,
        c->columns, v.panels, c->tiles, stride, spread, indirect ? ", values elsewhere" : "");
    uint32_t *starts = array(v.lines * c->tiles + 1, sizeof *starts);
    starts[0] = 0;
    for (size_t i = 0; i < v.lines * c->tiles; i++) starts[i + 1] = starts[i] + (uint32_t)number_below(longest);
    size_t entries = starts[v.lines * c->tiles];
    int32_t *offsets = array(entries, sizeof *offsets);
    uint32_t *places = array(entries, sizeof *places);
    // The values of a line's channels lie `entries` apart, those of entries in falling order.
    c->across = entries;
    for (size_t i = 0; i < entries; i++) {
        offsets[i] = (int32_t)(number_below(30) * ST_LANES);
        places[i] = (uint32_t)(entries - 1 - i);
    }
    v.values_count = entries * height;
    c->starts = starts;
    c->offsets = offsets;
    c->places = indirect ? places : NULL;
    v.input = (c->rows - 1) * c->in_row + (c->columns - 1) * c->in_column + 30 * ST_LANES;
    v.output = (c->outputs - 1) * c->out_channel + (c->rows - 1) * c->out_row + (c->columns - 1) * c->out_column + ST_LANES;
    c->in_panel = v.input + number_below(2) * ST_LANES;
    c->out_panel = v.output + number_below(2) * ST_LANES;
    v.values = floats(v.values_count, -1, 1);
    v.x = floats((v.panels - 1) * c->in_panel + v.input, -1, 1);
    v.y = floats((v.panels - 1) * c->out_panel + v.output, -1, 1);
    return v;
}

static size_t convolution_place(const convolution *v, size_t entry, size_t channel) {
    return (v->c.places ? v->c.places[entry] : entry) + channel % v->height * v->c.across;
}

/// Index of a pixel's lane in input and output.
static size_t convolution_input(const st_convolution *c, size_t panel, size_t p) {
    size_t pixel = p / ST_LANES;
    return panel * c->in_panel + pixel / c->columns * c->in_row + pixel % c->columns * c->in_column + p % ST_LANES;
}

static size_t convolution_output(const st_convolution *c, size_t panel, size_t channel, size_t p) {
    size_t pixel = p / ST_LANES;
    return panel * c->out_panel + channel * c->out_channel + pixel / c->columns * c->out_row
        + pixel % c->columns * c->out_column + p % ST_LANES;
}

/// The outputs of the case against their sums, which begin at `before`, or at the bias when that is null.
static void expect_outputs(const convolution *v, const float *found, const float *before, const float *bias, int relu) {
    const st_convolution *c = &v->c;
    for (size_t panel = 0; panel < v->panels; panel++) {
        for (size_t channel = 0; channel < c->outputs; channel++) {
            size_t line = channel / v->height;
            size_t first = c->starts[line * c->tiles], end = c->starts[(line + 1) * c->tiles];
            for (size_t p = 0; p < c->rows * c->columns * ST_LANES; p++) {
                size_t at = convolution_output(c, panel, channel, p);
                double sum = before ? before[at] : bias ? bias[channel] : 0, magnitude = fabs(sum);
                for (size_t k = first; k < end; k++) {
                    double product = (double)v->values[convolution_place(v, k, channel)]
                        * v->x[convolution_input(c, panel, p) + (size_t)c->offsets[k]];
                    sum += product;
                    magnitude += fabs(product);
                }
                if (relu && sum < 0) sum = 0;
                expect_near(found[at], sum, rounding(end - first + 1, magnitude), "output", at);
            }
        }
    }
}

/// The gradient of each value: products of the case's inputs with `y`, which lies as its outputs.
static void expect_gradients(const convolution *v, const float *found, const float *y) {
    const st_convolution *c = &v->c;
    const size_t pixels = c->rows * c->columns * ST_LANES;
    for (size_t channel = 0; channel < c->outputs; channel++) {
        size_t line = channel / v->height;
        for (size_t k = c->starts[line * c->tiles]; k < c->starts[(line + 1) * c->tiles]; k++) {
            double sum = 0, magnitude = 0;
            for (size_t p = 0; p < v->panels * pixels; p++) {
                double product = (double)v->x[convolution_input(c, p / pixels, p % pixels) + (size_t)c->offsets[k]]
                    * y[convolution_output(c, p / pixels, channel, p % pixels)];
                sum += product;
                magnitude += fabs(product);
            }
            expect_near(
                found[convolution_place(v, k, channel)], sum, rounding(v->panels * pixels, magnitude), "gradient", k);
        }
    }
}

static void check_forward(const st_convolution_kernels *kernels, size_t height, int indirect, size_t longest) {
    convolution v = convolution_new(height, indirect, longest);
    int flags = (int)number_below(4);
    float *bias = chance(0.5) ? floats(v.c.outputs, -1, 1) : NULL;
    float *y = floats_copied(v.y, (v.panels - 1) * v.c.out_panel + v.output);
    kernels->forward(&v.c, v.values, bias, v.x, y, v.panels, 0, v.lines, flags);
    expect_outputs(&v, y, flags & ST_START ? NULL : v.y, bias, flags & ST_RELU);
}

static void check_weight_gradient(const st_convolution_kernels *kernels, size_t height, int indirect) {
    convolution v = convolution_new(height, indirect, 20);
    float *gradient = floats(v.values_count, -1, 1);
    kernels->weight_gradient(&v.c, v.x, v.y, v.panels, 0, v.lines, gradient);
    expect_gradients(&v, gradient, v.y);
}

/// Going back: the outputs of the case are gradients of inputs, its inputs gradients of outputs.
static void check_gradients(const st_convolution_backward_kernels *kernels, size_t longest) {
    convolution v = convolution_new(1, 1, longest);
    st_convolution *c = &v.c;
    // Columns of the gradient are neighbours.
    c->in_column = ST_LANES;
    const st_steps steps = {c->out_row, c->out_column, c->out_channel, c->out_panel};
    int flags = (int)number_below(2);
    size_t size = (v.panels - 1) * c->out_panel + v.output;
    float *x = floats(size, -1, 1), *dx = floats_copied(v.y, size), *gradient = floats(v.values_count, -1, 1);
    kernels->gradients(c, v.values, v.x, x, &steps, dx, v.panels, 0, v.lines, flags, gradient);
    expect_outputs(&v, dx, flags & ST_START ? NULL : v.y, NULL, 0);
    expect_gradients(&v, gradient, x);
}

void check_convolution_forward(const st_kernels *kernels) {
    for (size_t i = 0; i < CASES; i++) check_forward(&kernels->convolution, 1, i % 2, 20);
    // More values than are gathered at once.
    check_forward(&kernels->convolution, 1, 1, ST_GATHERED);
}

void check_convolution_weight_gradient(const st_kernels *kernels) {
    for (size_t i = 0; i < CASES; i++) check_weight_gradient(&kernels->convolution, 1, 0);
}

void check_convolution_backward_gradients(const st_kernels *kernels) {
    for (size_t i = 0; i < CASES; i++) check_gradients(&kernels->convolution_backward, 20);
    check_gradients(&kernels->convolution_backward, ST_GATHERED);
}

void check_convolution_tile_forward(const st_kernels *kernels) {
    for (size_t i = 0; i < CASES; i++) check_forward(&kernels->convolution_tile, i % 2 ? 4 : 8, 1, 20);
    for (size_t i = 0; i < 2; i++) check_forward(&kernels->convolution_tile, i % 2 ? 4 : 8, 1, ST_GATHERED / 8);
}

void check_convolution_tile_weight_gradient(const st_kernels *kernels) {
    for (size_t i = 0; i < CASES; i++) check_weight_gradient(&kernels->convolution_tile, i % 2 ? 4 : 8, 1);
}
