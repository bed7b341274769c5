// Products with the weights of a convolution. A weight is an offset into a map with a zero border, so one loop serves any
// kernel size, padding, dilation and number of groups; for the gradient of the input the roles of input and output change,
// and a stride becomes several grids of pixels (phases), each a convolution of its own.
//
// Two sets of loops have the same arguments. For single weights a line is one channel and an entry one weight. For blocks
// and dense convolutions a line is `height` channels and an entry one weight of each.
#pragma once
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

enum {
    /// Values that are brought into the order of the entries at once: a list of [line][tile] has no more.
    ST_GATHERED = 16384,
};

/// Where the pixels and weights of a convolution lie. Distances are in floats.
typedef struct st_convolution {
    /// Pixels computed.
    size_t rows, columns;
    /// From the input of a pixel to that of the next row, of the next column; from a panel to the next.
    size_t in_row, in_column, in_panel;
    /// From a pixel to the next row, the next column, the next channel; from a panel to the next.
    size_t out_row, out_column, out_channel, out_panel;
    /// Each line's entries come in so many groups, by input channel; the inputs of a group fit the first-level cache.
    size_t tiles;
    /// Index of the first entry of [line][tile]; one more at the end.
    const uint32_t *starts;
    /// Where the input of each entry is, from that of the pixel.
    const int32_t *offsets;
    /// Where the (first) value of each entry is; null: at its index.
    const uint32_t *_Nullable places;
    /// Channels read, and from one to the next; the largest offset of the entries of the first of them.
    size_t in_channels, in_channel, reach;
    /// Channels of a line (4 or 8), of which there are `outputs` in all; from the value of one to that of the next.
    size_t height, outputs, across;
} st_convolution;

/// Distances in maps: from a pixel to the next row, column, channel and panel.
typedef struct st_steps {
    size_t row, column, channel, panel;
} st_steps;

/// `x` is the first float that offset 0 of pixel (0, 0) means, `y` pixel (0, 0) of channel 0; both of the first panel.
typedef struct st_convolution_kernels {
    /// y[channel][pixel] (+)= sum of value * x[pixel + offset] for lines `first` to before `last`; flags as for CSR.
    void (*forward)(const st_convolution *c, const float *values, const float *_Nullable bias, const float *x, float *y,
        size_t panels, size_t first, size_t last, int flags);
    /// gradient[place] = sum over pixels, lanes and panels of dy[channel][pixel] * x[pixel + offset]
    void (*weight_gradient)(const st_convolution *c, const float *x, const float *dy, size_t panels, size_t first,
        size_t last, float *gradient);
} st_convolution_kernels;

/// Both gradients of single weights in one pass. Going back, lines compute the gradient of input channels: dx as `forward`
/// computes it from `dy`, and for each entry, all of which have a place,
/// gradient[place] = sum of dy[pixel + offset] * x[channel][pixel] over pixels, lanes and panels.
/// `x` is pixel (0, 0) of channel 0 of the inputs, `steps` the distances there. Columns of `dy` are neighbours.
typedef struct st_convolution_backward_kernels {
    void (*gradients)(const st_convolution *c, const float *values, const float *dy, const float *x,
        const st_steps *steps, float *dx, size_t panels, size_t first, size_t last, int flags, float *gradient);
} st_convolution_backward_kernels;

#pragma clang assume_nonnull end
