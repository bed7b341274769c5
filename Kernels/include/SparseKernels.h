// The hand-written SIMD loops of sparsetrain, one table of function pointers for each instruction set. Loops only: no
// allocation, no threads, no checks. Callers (SparseStore) have validated every size before they come here.
#ifndef SPARSE_KERNELS_H
#define SPARSE_KERNELS_H
#include <stddef.h>
#include <stdint.h>

/// Samples in a panel, innermost in memory.
enum { ST_LANES = 32 };

#include "assembly.h"
#include "block.h"
#include "convolution.h"
#include "csr.h"
#include "dense.h"
#include "dense_gradient.h"
#include "inference.h"
#include "machine.h"
#include "processors.h"
#include "subnormals.h"
#include "vectors.h"
#include "activations.h"
#include "maps.h"
#include "normalization.h"
#include "layer_norm.h"
#include "embedding.h"
#include "attention.h"
#include "losses.h"
#include "optimizers.h"
#include "random.h"

/// Tells the processor that this thread waits in a loop.
static inline void st_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

#pragma clang assume_nonnull begin

/// All kernels of one instruction set.
typedef struct __attribute__((swift_attr("@Sendable"))) st_kernels {
    const char *name;
    st_assembly_kernels assembly;
    st_csr_kernels csr;
    st_convolution_kernels convolution, convolution_tile;
    st_convolution_backward_kernels convolution_backward;
    st_dense_gradient_kernels dense_gradient;
    st_block_kernels block4, block8, block16;
    st_dense_kernels dense;
    st_inference_kernels inference;
    st_machine_kernels machine;
    st_vector_kernels vectors;
    st_activation_kernels activations;
    st_map_kernels maps;
    st_normalization_kernels normalization;
    st_layer_norm_kernels layer_norm;
    st_embedding_kernels embedding;
    st_attention_kernels attention;
    st_loss_kernels losses;
    st_optimizer_kernels optimizers;
    st_random_kernels random;
} st_kernels;

/// Kernel sets in this binary that this processor and its system can run, best first; null past the last.
const st_kernels *_Nullable st_kernels_at(size_t index);

#pragma clang assume_nonnull end
#endif
