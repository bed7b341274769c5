// A sparse matrix as the CSR kernels want it, beside the plain list of its weights that they are held against.
#pragma once
#include "support.h"

/// One weight: where it is in the matrix and in the arrays of values.
typedef struct entry {
    size_t row, column, place;
} entry;

typedef struct tiled_matrix {
    size_t rows, columns, count;
    entry *entries;
    size_t tile_rows, tile_columns;
    st_tile *tiles;
    st_run *row_runs, *column_runs;
    /// Local indices and, in column order, places of values within the tile.
    uint16_t *columns_of, *rows_of, *places;
    float *values;
} tiled_matrix;

/// Begins case `index` with a matrix at random: tiles of all sizes, empty and full rows and columns.
tiled_matrix tiled_matrix_new(size_t index, size_t samples);
