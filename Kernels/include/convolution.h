// Products with the sparse weights of a convolution. A weight is an offset into a map with a zero border, so one loop
// serves any kernel size, padding, dilation and number of groups; for the gradient of the input the roles of input and
// output change, and a stride becomes several grids of pixels (phases), each a convolution of its own.
#pragma once
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Where the pixels and weights of a convolution lie. Distances are in floats.
typedef struct st_convolution {
    /// Pixels computed.
    size_t rows, columns;
    /// From the input of a pixel to that of the next row, of the next column.
    size_t in_row, in_column;
    /// From a pixel to the next row, the next column, and the next channel.
    size_t out_row, out_column, out_channel;
    /// Each channel's weights come in so many groups, by input channel; the inputs of a group fit the first-level cache.
    size_t tiles;
    /// Index of the first weight of [channel][tile]; one more at the end.
    const uint32_t *starts;
    /// Where the input of each weight is, from that of the pixel.
    const int32_t *offsets;
    /// Where the value of each weight is; null: at its index.
    const uint32_t *_Nullable places;
} st_convolution;

/// `x` is the first float that offset 0 of pixel (0, 0) means, `y` pixel (0, 0) of channel 0; both of one panel.
typedef struct st_convolution_kernels {
    /// y[channel][pixel] (+)= sum of value * x[pixel + offset] for channels `first` to before `last`; flags as for CSR.
    void (*forward)(const st_convolution *c, const float *values, const float *_Nullable bias, const float *x, float *y,
        size_t first, size_t last, int flags);
    /// gradient[weight] (+)= sum over pixels and lanes of dy[channel][pixel] * x[pixel + offset]
    void (*weight_gradient)(const st_convolution *c, const float *x, const float *dy, size_t first, size_t last,
        int accumulate, float *gradient);
} st_convolution_kernels;

#pragma clang assume_nonnull end
