// A sparse matrix as the CSR kernels want it, beside the plain list of its weights that they are held against.
#pragma once
#include "support.h"

/// One weight: where it is in the matrix and in the arrays of values.
typedef struct entry {
    size_t row, column, place;
} entry;

/// A tile: its corner, where its runs and weights begin in the arrays, and how many there are.
typedef struct tile {
    size_t row, column, rows, columns, row_runs, column_runs, first, count;
} tile;

typedef struct tiled_matrix {
    size_t rows, columns, count;
    entry *entries;
    size_t tile_rows, tile_columns;
    tile *tiles;
    st_run *row_runs, *column_runs;
    /// Local indices: of columns in row order, of rows in column order, which is that of the values; and of each weight in row
    /// order its place in the tile's column order.
    uint16_t *columns_of, *rows_of, *places;
    float *values;
} tiled_matrix;

/// Begins case `index` with a matrix at random: tiles of all sizes, empty and full rows and columns.
tiled_matrix tiled_matrix_new(size_t index, size_t samples);

/// The lines of a tile.
static inline st_lines tile_rows_of(const tiled_matrix *m, const tile *t) {
    return (st_lines){m->row_runs + t->row_runs, t->rows, m->columns_of + t->first};
}

static inline st_lines tile_columns_of(const tiled_matrix *m, const tile *t) {
    return (st_lines){m->column_runs + t->column_runs, t->columns, m->rows_of + t->first};
}
