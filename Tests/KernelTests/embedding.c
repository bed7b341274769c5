#include "checks.h"

typedef struct table_case {
    size_t rows, width;
    int32_t *ids;
    float *table;
} table_case;

static table_case table_case_new(size_t index) {
    table_case c = {.rows = 1 + number_below(50), .width = index < 20 ? index + 1 : 1 + number_below(150)};
    case_begin("%zu rows of %zu", c.rows, c.width);
    c.ids = array(ST_LANES, sizeof *c.ids);
    for (size_t lane = 0; lane < ST_LANES; lane++) c.ids[lane] = chance(0.1) ? -1 : (int32_t)number_below(c.rows);
    c.table = floats(c.rows * c.width, -2, 2);
    return c;
}

void check_embedding_gather(const st_kernels *kernels) {
    for (size_t i = 0; i < 60; i++) {
        table_case c = table_case_new(i);
        size_t n = c.width * ST_LANES, way = number_below(3);
        float *addend = floats(n, -1, 1), *y = floats_copied(addend, n);
        kernels->embedding.gather(c.table, c.width, c.ids, way == 0 ? NULL : way == 1 ? addend : y, y);
        for (size_t k = 0; k < n; k++) {
            int32_t id = c.ids[k % ST_LANES];
            float own = id < 0 ? 0 : c.table[(size_t)id * c.width + k / ST_LANES];
            expect_equal(y[k], way ? own + addend[k] : own, "element", k);
        }
    }
}

void check_embedding_scatter_add(const st_kernels *kernels) {
    for (size_t i = 0; i < 60; i++) {
        table_case c = table_case_new(i);
        size_t first = number_below(c.rows), end = first + number_below(c.rows - first + 1);
        float *dy = floats(c.width * ST_LANES, -1, 1), *expected = floats_copied(c.table, c.rows * c.width);
        kernels->embedding.scatter_add(dy, c.width, c.ids, first, end, c.table);
        for (size_t lane = 0; lane < ST_LANES; lane++) {
            int32_t id = c.ids[lane];
            if (id < (int32_t)first || id >= (int32_t)end) continue;
            for (size_t k = 0; k < c.width; k++) expected[(size_t)id * c.width + k] += dy[k * ST_LANES + lane];
        }
        for (size_t k = 0; k < c.rows * c.width; k++) expect_equal(c.table[k], expected[k], "element", k);
    }
}
