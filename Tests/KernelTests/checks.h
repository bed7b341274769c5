// One check for each kernel, named check_GROUP_KERNEL, in the file of its group. main.c lists them.
#pragma once
#include <float.h>
#include <math.h>
#include <string.h>

#include "support.h"

check_function check_assembly_gather_bytes, check_assembly_gather_floats;
check_function check_csr_product, check_csr_weight_gradient, check_csr_backward, check_csr_gather;
check_function check_dense_gradient_pack, check_dense_gradient_product;
check_function check_block4_forward, check_block4_input_gradient, check_block4_weight_gradient, check_block4_pool;
check_function check_block8_forward, check_block8_input_gradient, check_block8_weight_gradient, check_block8_pool;
check_function check_block16_forward, check_block16_input_gradient, check_block16_weight_gradient, check_block16_pool;
check_function check_dense_forward, check_dense_input_gradient, check_dense_weight_gradient;
check_function check_inference_sliced, check_inference_dense, check_inference_affine, check_inference_sum,
    check_inference_phases, check_inference_convolution, check_inference_maximum;
check_function check_machine_fma_peak;
check_function check_vectors_scale, check_vectors_axpy, check_vectors_sum_of_squares, check_vectors_channel_sums,
    check_vectors_within;
check_function check_activations_relu, check_activations_relu_backward, check_activations_dropout;
check_function check_convolution_forward, check_convolution_weight_gradient, check_convolution_backward_gradients,
    check_convolution_tile_forward, check_convolution_tile_weight_gradient;
check_function check_maps_sum, check_maps_sum_backward, check_maps_max_pool, check_maps_max_pool_backward,
    check_maps_average_pool, check_maps_average_pool_backward;
check_function check_normalization_statistics, check_normalization_affine, check_normalization_gradients,
    check_normalization_input_gradient;
check_function check_losses_softmax, check_losses_squared, check_losses_ranks;
check_function check_optimizers_sgd, check_optimizers_sgd_momentum, check_optimizers_sgd_nesterov, check_optimizers_adam;
check_function check_random_bounded_words;
