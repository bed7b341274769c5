#include "panels.h"
#include "checks.h"

void check_dense_gradient_pack(const st_kernels *kernels) {
    size_t width = kernels->dense_gradient.block_columns;
    for (size_t i = 0; i < 150; i++) {
        size_t columns = i < 70 ? i + 1 : 1 + number_below(300), blocks = (columns + width - 1) / width;
        size_t stride = width * ST_LANES * (1 + number_below(3));
        case_begin("%zu columns, blocks of %zu", columns, width);
        float *x = floats(columns * ST_LANES, -1, 1);
        float *packed = array((blocks - 1) * stride + width * ST_LANES, sizeof *packed);
        kernels->dense_gradient.pack(x, columns, packed, stride);
        for (size_t column = 0; column < blocks * width; column++) {
            for (size_t lane = 0; lane < ST_LANES; lane++) {
                expect_equal(packed[column / width * stride + lane * width + column % width],
                    column < columns ? x[column * ST_LANES + lane] : 0, "element", column * ST_LANES + lane);
            }
        }
    }
}

void check_dense_gradient_product(const st_kernels *kernels) {
    size_t width = kernels->dense_gradient.block_columns, height = kernels->dense_gradient.block_rows;
    for (size_t i = 0; i < 150; i++) {
        size_t samples = batch_at(i), rows = 1 + number_below(3 * height), blocks = 1 + number_below(4);
        size_t columns = blocks * width, out_stride = columns + number_below(5);
        int accumulate = chance(0.5), absolute = chance(0.5);
        float scale = number_between(-2, 2);
        case_begin("%zu x %zu, batch %zu, accumulate %d, absolute %d", rows, columns, samples, accumulate, absolute);
        panels dy = panels_new(rows, samples);
        // Lanes past the last sample are not read.
        for (size_t row = 0; row < rows; row++) {
            for (size_t s = samples; s < dy.count * ST_LANES; s++) dy.at[panels_index(&dy, s, row)] = NAN;
        }
        size_t block_stride = samples * width + number_below(100);
        float *packed = floats((blocks - 1) * block_stride + samples * width, -1, 1);
        size_t out_count = (rows - 1) * out_stride + columns;
        float *before = floats(out_count, -1, 1), *out = floats_copied(before, out_count);
        kernels->dense_gradient.product(dy.at, dy.stride, samples, rows, packed, blocks, block_stride, scale,
            accumulate, absolute, out, out_stride);
        for (size_t k = 0; k < out_count; k++) {
            size_t row = k / out_stride, column = k % out_stride;
            if (column >= columns) {
                expect_equal(out[k], before[k], "element between rows", k);
                continue;
            }
            double sum = accumulate ? before[k] : 0, magnitude = fabs(sum);
            for (size_t s = 0; s < samples; s++) {
                double product = (double)scale * dy.at[panels_index(&dy, s, row)]
                    * packed[column / width * block_stride + s * width + column % width];
                sum += product;
                magnitude += fabs(product);
            }
            expect_near(out[k], absolute ? fabs(sum) : sum, rounding(samples + 2, magnitude), "element", k);
        }
    }
}
