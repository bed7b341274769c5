#include "tiles.h"

/// Which positions of a tile are stored, and the runs of its rows (or columns): the shorter ones first.
typedef struct layout {
    size_t rows, columns;
    uint8_t *stored;
} layout;

static size_t layout_count(const layout *l, size_t index, int by_column) {
    size_t count = 0;
    for (size_t k = 0; k < (by_column ? l->rows : l->columns); k++) {
        count += l->stored[by_column ? k * l->columns + index : index * l->columns + k];
    }
    return count;
}

/// Writes the runs in order of their counts.
static void layout_runs(const layout *l, int by_column, st_run *runs) {
    size_t lines = by_column ? l->columns : l->rows, most = by_column ? l->rows : l->columns, written = 0;
    for (size_t count = 0; count <= most; count++) {
        for (size_t line = 0; line < lines; line++) {
            if (layout_count(l, line, by_column) == count) runs[written++] = (st_run){(uint16_t)line, (uint16_t)count};
        }
    }
}

static layout layout_new(size_t rows, size_t columns, double density) {
    layout l = {rows, columns, array(rows * columns, 1)};
    for (size_t row = 0; row < rows; row++) {
        // Some rows are empty and some are full.
        double in_row = density == 1 ? 1 : chance(0.1) ? 0 : chance(0.1) ? 1 : density;
        for (size_t column = 0; column < columns; column++) l.stored[row * columns + column] = (uint8_t)chance(in_row);
    }
    return l;
}

/// Appends the weights of a tile, whose corner and places of runs are set.
static void append(tiled_matrix *m, tile *tile, layout l) {
    tile->first = m->count;
    tile->rows = l.rows;
    tile->columns = l.columns;
    layout_runs(&l, 0, m->row_runs + tile->row_runs);
    layout_runs(&l, 1, m->column_runs + tile->column_runs);
    size_t *place_of = array(l.rows * l.columns, sizeof *place_of);
    for (size_t c = 0; c < l.columns; c++) {
        size_t column = m->column_runs[tile->column_runs + c].index;
        for (size_t row = 0; row < l.rows; row++) {
            if (!l.stored[row * l.columns + column]) continue;
            place_of[row * l.columns + column] = tile->count++;
            m->rows_of[m->count] = (uint16_t)row;
            m->entries[m->count] = (entry){tile->row + row, tile->column + column, m->count};
            m->count++;
        }
    }
    size_t at = tile->first;
    for (size_t r = 0; r < l.rows; r++) {
        size_t row = m->row_runs[tile->row_runs + r].index;
        for (size_t column = 0; column < l.columns; column++) {
            if (!l.stored[row * l.columns + column]) continue;
            m->columns_of[at] = (uint16_t)column;
            m->places[at++] = (uint16_t)place_of[row * l.columns + column];
        }
    }
}

/// A copy that ends where its elements end.
static void *trimmed(const void *from, size_t count, size_t element_size) {
    uint8_t *a = array(count, element_size);
    for (size_t i = 0; i < count * element_size; i++) a[i] = ((const uint8_t *)from)[i];
    return a;
}

tiled_matrix tiled_matrix_new(size_t index, size_t samples) {
    enum { MOST_TILES = 3 };
    const double densities[] = {0, 0.02, 0.1, 0.4, 1};
    // The first case is the fullest tile there may be; the others are small, so that all lengths of runs come often.
    int largest = index == 0;
    double density = largest ? 1 : densities[number_below(5)];
    tiled_matrix m = {.tile_rows = 1, .tile_columns = 1};
    size_t heights[MOST_TILES] = {256}, widths[MOST_TILES] = {256};
    if (!largest) {
        size_t most = chance(0.1) ? 1 : chance(0.2) ? 100 : 40;
        m.tile_rows = 1 + number_below(MOST_TILES);
        m.tile_columns = 1 + number_below(MOST_TILES);
        for (size_t i = 0; i < MOST_TILES; i++) {
            heights[i] = 1 + number_below(most);
            widths[i] = 1 + number_below(most);
        }
    }
    for (size_t i = 0; i < m.tile_rows; i++) m.rows += heights[i];
    for (size_t i = 0; i < m.tile_columns; i++) m.columns += widths[i];
    case_begin("%zu x %zu in %zu x %zu tiles, density %g, batch %zu", m.rows, m.columns, m.tile_rows, m.tile_columns,
        density, samples);

    size_t most_weights = m.rows * m.columns;
    m.entries = array(most_weights, sizeof *m.entries);
    m.tiles = array(m.tile_rows * m.tile_columns, sizeof *m.tiles);
    m.row_runs = array(m.rows * m.tile_columns, sizeof *m.row_runs);
    m.column_runs = array(m.columns * m.tile_rows, sizeof *m.column_runs);
    m.columns_of = array(most_weights, sizeof *m.columns_of);
    m.rows_of = array(most_weights, sizeof *m.rows_of);
    m.places = array(most_weights, sizeof *m.places);
    tile next = {0};
    for (size_t i = 0; i < m.tile_rows; next.row += heights[i++]) {
        next.column = 0;
        for (size_t j = 0; j < m.tile_columns; next.column += widths[j++]) {
            tile *here = &m.tiles[i * m.tile_columns + j];
            *here = next;
            append(&m, here, layout_new(heights[i], widths[j], density));
            next.row_runs += heights[i];
            next.column_runs += widths[j];
        }
    }
    m.columns_of = trimmed(m.columns_of, m.count, sizeof *m.columns_of);
    m.rows_of = trimmed(m.rows_of, m.count, sizeof *m.rows_of);
    m.places = trimmed(m.places, m.count, sizeof *m.places);
    m.values = floats(m.count, -1, 1);
    return m;
}
