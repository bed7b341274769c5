#include "panels.h"
#include "checks.h"
#include "tiles.h"

enum { CASES = 150 };

/// Expected results of a product beside the magnitudes of their terms, both [channel][sample].
typedef struct sums {
    double *value, *magnitude;
    size_t *terms;
} sums;

static sums sums_new(const panels *start, const float *bias, int flags) {
    size_t count = start->channels * start->samples;
    sums s = {array(count, sizeof(double)), array(count, sizeof(double)), array(start->channels, sizeof(size_t))};
    for (size_t channel = 0; channel < start->channels; channel++) {
        s.terms[channel] = 1;
        for (size_t sample = 0; sample < start->samples; sample++) {
            double begin = start->at[panels_index(start, sample, channel)];
            if (flags & ST_START) begin = bias ? bias[channel] : 0;
            s.value[channel * start->samples + sample] = begin;
            s.magnitude[channel * start->samples + sample] = fabs(begin);
        }
    }
    return s;
}

/// Adds weight * in[from] to channel `to`.
static void sums_add(sums *s, size_t to, float weight, const panels *in, size_t from) {
    s->terms[to]++;
    for (size_t sample = 0; sample < in->samples; sample++) {
        double product = (double)weight * in->at[panels_index(in, sample, from)];
        s->value[to * in->samples + sample] += product;
        s->magnitude[to * in->samples + sample] += fabs(product);
    }
}

static void sums_expect(const sums *s, const panels *found, int flags) {
    for (size_t channel = 0; channel < found->channels; channel++) {
        for (size_t sample = 0; sample < found->samples; sample++) {
            size_t i = channel * found->samples + sample;
            double expected = flags & ST_RELU && s->value[i] < 0 ? 0 : s->value[i];
            expect_near(found->at[panels_index(found, sample, channel)], expected,
                rounding(s->terms[channel], s->magnitude[i]), "element", i);
        }
    }
}

static int random_flags(void) { return (chance(0.5) ? ST_START : 0) | (chance(0.5) ? ST_RELU : 0); }

/// A product's first tile starts the output, its last one ends it.
static int flags_of_tile(int flags, int first, int last) {
    return (first ? flags & ST_START : 0) | (last ? flags & ST_RELU : 0);
}

/// What was there must not matter when a product starts the output.
static void spoil(panels *p, int flags) {
    if (!(flags & ST_START)) return;
    for (size_t i = 0; i < (p->count - 1) * p->stride + p->channels * ST_LANES; i++) p->at[i] = NAN;
}

/// Sometimes one weight is no number: that must show, ReLU or not.
static void perhaps_nan(tiled_matrix *m) {
    if (m->count && chance(0.1)) m->values[number_below(m->count)] = NAN;
}

void check_csr_forward(const st_kernels *kernels) {
    for (size_t i = 0; i < CASES; i++) {
        size_t samples = batch_at(i);
        tiled_matrix m = tiled_matrix_new(i, samples);
        perhaps_nan(&m);
        panels x = panels_new(m.columns, samples), y = panels_new(m.rows, samples);
        float *bias = chance(0.5) ? floats(m.rows, -1, 1) : NULL;
        int flags = random_flags();
        sums expected = sums_new(&y, bias, flags);
        for (size_t k = 0; k < m.count; k++) {
            entry e = m.entries[k];
            sums_add(&expected, e.row, m.values[e.place], &x, e.column);
        }
        spoil(&y, flags);
        for (size_t t = 0; t < m.tile_rows * m.tile_columns; t++) {
            size_t column = t % m.tile_columns;
            kernels->csr.forward(&m.tiles[t], m.row_runs, m.columns_of, m.values, bias, x.at, x.stride, y.at, y.stride,
                x.count, flags_of_tile(flags, column == 0, column + 1 == m.tile_columns));
        }
        sums_expect(&expected, &y, flags);
    }
}

void check_csr_input_gradient(const st_kernels *kernels) {
    for (size_t i = 0; i < CASES; i++) {
        size_t samples = batch_at(i);
        tiled_matrix m = tiled_matrix_new(i, samples);
        perhaps_nan(&m);
        panels dy = panels_new(m.rows, samples), dx = panels_new(m.columns, samples);
        int flags = random_flags();
        sums expected = sums_new(&dx, NULL, flags);
        for (size_t k = 0; k < m.count; k++) {
            entry e = m.entries[k];
            sums_add(&expected, e.column, m.values[e.place], &dy, e.row);
        }
        spoil(&dx, flags);
        for (size_t t = 0; t < m.tile_rows * m.tile_columns; t++) {
            size_t row = t / m.tile_columns;
            const st_tile *next = t + 1 < m.tile_rows * m.tile_columns ? &m.tiles[t + 1] : NULL;
            kernels->csr.input_gradient(&m.tiles[t], next, m.column_runs, m.rows_of, m.places, m.values, dy.at,
                dy.stride, dx.at, dx.stride, dy.count, flags_of_tile(flags, row == 0, row + 1 == m.tile_rows));
        }
        sums_expect(&expected, &dx, flags);
    }
}

void check_csr_weight_gradient(const st_kernels *kernels) {
    for (size_t i = 0; i < CASES; i++) {
        size_t samples = batch_at(i);
        tiled_matrix m = tiled_matrix_new(i, samples);
        panels x = panels_new(m.columns, samples), dy = panels_new(m.rows, samples);
        float *gradient = array(m.count, sizeof *gradient);
        size_t left_out = number_below(m.tile_rows * m.tile_columns + 1);
        for (size_t t = 0; t < m.tile_rows * m.tile_columns; t++) {
            if (t == left_out) continue;
            kernels->csr.weight_gradient(
                &m.tiles[t], m.row_runs, m.columns_of, x.at, x.stride, dy.at, dy.stride, x.count, gradient);
        }
        for (size_t k = 0; k < m.count; k++) {
            entry e = m.entries[k];
            const st_tile *skipped = &m.tiles[left_out];
            int is_left_out = left_out < m.tile_rows * m.tile_columns && e.place >= skipped->first
                && e.place < skipped->first + skipped->count;
            double sum = 0, magnitude = 0;
            for (size_t sample = 0; sample < samples; sample++) {
                double product = (double)x.at[panels_index(&x, sample, e.column)]
                    * dy.at[panels_index(&dy, sample, e.row)];
                sum += product;
                magnitude += fabs(product);
            }
            // Gradients of a tile that was not asked for stay as they were: arrays begin as NaN.
            expect_near(gradient[e.place], is_left_out ? NAN : sum, rounding(samples, magnitude), "weight", k);
        }
    }
}
