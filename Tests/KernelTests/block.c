#include "checks.h"
#include "sums.h"

enum { CASES = 100, MOST_STRIPS = 3 };

/// A block-sparse matrix seen by rows of blocks, or by columns of blocks with values in the order of rows.
typedef struct block_matrix {
    size_t side, rows, columns, lines, across, first, end;
    int by_column;
    /// [line][across]: the number of a stored block among the values, or SIZE_MAX.
    size_t *block_at, count;
    st_block_view view;
    float *values;
} block_matrix;

/// Row and column of weight `i` of the block at `line`, `place`; 0 when it is padding.
static int block_weight(const block_matrix *m, size_t line, size_t place, size_t i, size_t *row, size_t *column) {
    *row = (m->by_column ? place : line) * m->side + i / m->side;
    *column = (m->by_column ? line : place) * m->side + i % m->side;
    return *row < m->rows && *column < m->columns;
}

/// Cuts lines into strips, and lists their blocks.
static void block_matrix_view(block_matrix *m) {
    size_t strips = 1 + number_below(MOST_STRIPS), k = 0;
    uint32_t *starts = array(m->lines * strips + 1, sizeof *starts);
    uint32_t *indices = array(m->count, sizeof *indices), *places = array(m->count, sizeof *places);
    for (size_t line = 0; line < m->lines; line++) {
        for (size_t strip = 0; strip < strips; strip++) {
            starts[line * strips + strip] = (uint32_t)k;
            for (size_t j = m->across * strip / strips; j < m->across * (strip + 1) / strips; j++) {
                if (m->block_at[line * m->across + j] == SIZE_MAX) continue;
                places[k] = (uint32_t)m->block_at[line * m->across + j];
                indices[k++] = (uint32_t)j;
            }
        }
    }
    starts[m->lines * strips] = (uint32_t)k;
    m->view = (st_block_view){.starts = starts, .strips = strips, .indices = indices,
        .places = m->by_column ? places : NULL, .outputs = m->by_column ? m->columns : m->rows,
        .inputs = m->by_column ? m->rows : m->columns};
}

static block_matrix block_matrix_new(size_t side, size_t samples, int by_column) {
    const double densities[] = {0, 0.1, 0.4, 1};
    double density = densities[number_below(4)];
    block_matrix m = {.side = side, .rows = 1 + number_below(70), .columns = 1 + number_below(70), .by_column = by_column};
    size_t block_rows = (m.rows + side - 1) / side, block_columns = (m.columns + side - 1) / side;
    m.lines = by_column ? block_columns : block_rows;
    m.across = by_column ? block_rows : block_columns;
    m.first = number_below(m.lines);
    m.end = m.first + 1 + number_below(m.lines - m.first);
    case_begin("%zu x %zu in blocks of %zu, density %g, lines %zu ..< %zu, batch %zu", m.rows, m.columns, side, density,
        m.first, m.end, samples);
    // Values lie in the order of rows of blocks, whichever the view.
    m.block_at = array(m.lines * m.across, sizeof *m.block_at);
    for (size_t k = 0; k < block_rows * block_columns; k++) {
        size_t row = k / block_columns, column = k % block_columns;
        m.block_at[by_column ? column * m.across + row : k] = chance(density) ? m.count++ : SIZE_MAX;
    }
    m.values = floats(m.count * side * side, -1, 1);
    perhaps_nan(m.values, m.count * side * side);
    for (size_t k = 0; k < m.lines * m.across; k++) {
        for (size_t i = 0; m.block_at[k] != SIZE_MAX && i < side * side; i++) {
            size_t row, column;
            if (block_weight(&m, k / m.across, k % m.across, i, &row, &column)) continue;
            m.values[m.block_at[k] * side * side + i] = 0;
        }
    }
    block_matrix_view(&m);
    return m;
}

/// Adds the products of all weights; `in` has the inputs of the view.
static void block_sums_add(const block_matrix *m, sums *s, const panels *in) {
    for (size_t k = 0; k < m->lines * m->across; k++) {
        for (size_t i = 0; m->block_at[k] != SIZE_MAX && i < m->side * m->side; i++) {
            size_t row, column;
            if (!block_weight(m, k / m->across, k % m->across, i, &row, &column)) continue;
            float weight = m->values[m->block_at[k] * m->side * m->side + i];
            sums_add(s, m->by_column ? column : row, weight, in, m->by_column ? row : column);
        }
    }
}

static void check_forward(const st_block_kernels *kernels, size_t side) {
    for (size_t i = 0; i < CASES; i++) {
        size_t samples = batch_at(i);
        block_matrix m = block_matrix_new(side, samples, 0);
        panels x = panels_new(m.columns, samples), y = panels_new(m.rows, samples);
        float *bias = chance(0.5) ? floats(m.rows, -1, 1) : NULL;
        int relu = chance(0.5);
        sums expected = sums_from_bias(&y, bias);
        block_sums_add(&m, &expected, &x);
        kernels->forward(
            &m.view, m.first, m.end, m.values, bias, x.at, x.stride, y.at, y.stride, x.count, relu);
        sums_expect(&expected, &y, m.first * side, m.end * side, relu);
    }
}

static void check_input_gradient(const st_block_kernels *kernels, size_t side) {
    for (size_t i = 0; i < CASES; i++) {
        size_t samples = batch_at(i);
        block_matrix m = block_matrix_new(side, samples, 1);
        panels dy = panels_new(m.rows, samples), dx = panels_new(m.columns, samples);
        sums expected = sums_from_bias(&dx, NULL);
        block_sums_add(&m, &expected, &dy);
        kernels->input_gradient(
            &m.view, m.first, m.end, m.values, dy.at, dy.stride, dx.at, dx.stride, dy.count);
        sums_expect(&expected, &dx, m.first * side, m.end * side, 0);
    }
}

static void check_weight_gradient(const st_block_kernels *kernels, size_t side) {
    for (size_t i = 0; i < CASES; i++) {
        size_t samples = batch_at(i);
        block_matrix m = block_matrix_new(side, samples, 0);
        panels x = panels_new(m.columns, samples), dy = panels_new(m.rows, samples);
        float *gradient = array(m.count * side * side, sizeof *gradient);
        size_t strip = number_below(m.view.strips);
        kernels->weight_gradient(
            &m.view, m.first, m.end, strip, x.at, x.stride, dy.at, dy.stride, x.count, gradient);
        size_t low = m.across * strip / m.view.strips, high = m.across * (strip + 1) / m.view.strips;
        for (size_t k = 0; k < m.lines * m.across; k++) {
            size_t line = k / m.across, place = k % m.across;
            for (size_t j = 0; m.block_at[k] != SIZE_MAX && j < side * side; j++) {
                size_t row, column, at = m.block_at[k] * side * side + j;
                if (line < m.first || line >= m.end || place < low || place >= high) {
                    expect_equal(gradient[at], NAN, "weight that was not asked for", at);
                } else if (block_weight(&m, line, place, j, &row, &column)) {
                    expect_weight_gradient(gradient[at], &dy, row, &x, column, at);
                } else {
                    expect_equal(gradient[at], 0, "padding", at);
                }
            }
        }
    }
}

static void check_pool(const st_block_kernels *kernels, size_t side) {
    for (size_t i = 0; i < CASES; i++) {
        size_t height = 1 + number_below(side), columns = 1 + number_below(100);
        size_t stride = columns + number_below(5), pools = (columns + side - 1) / side;
        case_begin("%zu rows of %zu columns", height, columns);
        float *scores = floats((height - 1) * stride + columns, -1, 1), *pooled = array(pools, sizeof *pooled);
        kernels->pool(scores, stride, height, columns, pooled);
        for (size_t j = 0; j < pools; j++) {
            double sum = 0, magnitude = 0;
            for (size_t k = 0; k < height * side; k++) {
                size_t column = j * side + k % side;
                if (column >= columns) continue;
                sum += scores[k / side * stride + column];
                magnitude += fabs(scores[k / side * stride + column]);
            }
            expect_near(pooled[j], sum, rounding(height * side, magnitude), "block", j);
        }
    }
}

#define CHECKS(SIDE)                                                                                                   \
    void check_block##SIDE##_forward(const st_kernels *k) { check_forward(&k->block##SIDE, SIDE); }                    \
    void check_block##SIDE##_input_gradient(const st_kernels *k) { check_input_gradient(&k->block##SIDE, SIDE); }      \
    void check_block##SIDE##_weight_gradient(const st_kernels *k) { check_weight_gradient(&k->block##SIDE, SIDE); }    \
    void check_block##SIDE##_pool(const st_kernels *k) { check_pool(&k->block##SIDE, SIDE); }

CHECKS(4)
CHECKS(8)
CHECKS(16)
