// Tests every kernel of every instruction set that this processor can run against plain loops in double precision.
// Prints a line for each kernel and set; the exit status is 1 when one of them failed.
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "checks.h"

typedef struct member {
    const char *name;
    size_t offset;
    check_function *check;
} member;

#define KERNEL(group, kernel) {#group "." #kernel, offsetof(st_kernels, group.kernel), check_##group##_##kernel}
/// A member that is no function; checks of its group use it.
#define CONSTANT(name) {#name, offsetof(st_kernels, name), NULL}

/// Every member of st_kernels.
static const member members[] = {
    CONSTANT(name),
    KERNEL(assembly, gather_bytes),
    KERNEL(assembly, gather_floats),
    KERNEL(csr, product),
    KERNEL(csr, weight_gradient),
    KERNEL(csr, backward),
    KERNEL(csr, gather),
    CONSTANT(dense_gradient.block_columns),
    CONSTANT(dense_gradient.block_rows),
    KERNEL(dense_gradient, pack),
    KERNEL(dense_gradient, product),
    KERNEL(block4, forward),
    KERNEL(block4, input_gradient),
    KERNEL(block4, weight_gradient),
    KERNEL(block4, pool),
    KERNEL(block8, forward),
    KERNEL(block8, input_gradient),
    KERNEL(block8, weight_gradient),
    KERNEL(block8, pool),
    KERNEL(block16, forward),
    KERNEL(block16, input_gradient),
    KERNEL(block16, weight_gradient),
    KERNEL(block16, pool),
    KERNEL(dense, forward),
    KERNEL(dense, input_gradient),
    KERNEL(dense, weight_gradient),
    KERNEL(inference, sliced),
    KERNEL(inference, dense),
    KERNEL(inference, affine),
    KERNEL(inference, sum),
    KERNEL(inference, phases),
    KERNEL(inference, convolution),
    KERNEL(inference, maximum),
    KERNEL(machine, fma_peak),
    KERNEL(vectors, scale),
    KERNEL(vectors, axpy),
    KERNEL(vectors, sum_of_squares),
    KERNEL(vectors, channel_sums),
    KERNEL(vectors, within),
    KERNEL(activations, relu),
    KERNEL(activations, relu_backward),
    KERNEL(activations, gelu),
    KERNEL(activations, gelu_tanh),
    KERNEL(activations, silu),
    KERNEL(activations, gelu_backward),
    KERNEL(activations, gelu_tanh_backward),
    KERNEL(activations, silu_backward),
    KERNEL(activations, dropout),
    KERNEL(convolution, forward),
    KERNEL(convolution, weight_gradient),
    KERNEL(convolution_backward, gradients),
    KERNEL(convolution_tile, forward),
    KERNEL(convolution_tile, weight_gradient),
    KERNEL(maps, sum),
    KERNEL(maps, sum_backward),
    KERNEL(maps, max_pool),
    KERNEL(maps, max_pool_backward),
    KERNEL(maps, average_pool),
    KERNEL(maps, average_pool_backward),
    KERNEL(normalization, statistics),
    KERNEL(normalization, affine),
    KERNEL(normalization, gradients),
    KERNEL(normalization, input_gradient),
    KERNEL(layer_norm, forward),
    KERNEL(layer_norm, backward),
    KERNEL(layer_norm, row_sums),
    KERNEL(embedding, gather),
    KERNEL(embedding, scatter_add),
    KERNEL(attention, forward),
    KERNEL(attention, backward),
    KERNEL(losses, softmax),
    KERNEL(losses, squared),
    KERNEL(losses, ranks),
    KERNEL(optimizers, sgd),
    KERNEL(optimizers, sgd_momentum),
    KERNEL(optimizers, sgd_nesterov),
    KERNEL(optimizers, adam),
    KERNEL(random, bounded_words),
};
enum { MEMBERS = sizeof members / sizeof *members, WORD = sizeof(void *), WORDS = sizeof(st_kernels) / WORD };

_Static_assert(sizeof(size_t) == WORD, "a member of st_kernels is a word, be it a pointer or a size");

/// The table is a row of words: each must be in the list, so that a kernel without a check does not go unnoticed.
static size_t unlisted_members(void) {
    size_t unlisted = 0;
    const char *before = "the beginning";
    for (size_t word = 0; word < WORDS; word++) {
        const member *found = NULL;
        for (size_t i = 0; i < MEMBERS; i++) {
            if (members[i].offset == word * WORD) found = &members[i];
        }
        if (found) {
            before = found->name;
        } else {
            unlisted++;
            printf("st_kernels has a member (byte %zu, after %s) without a check\n", word * (size_t)WORD, before);
        }
    }
    return unlisted;
}

/// Ends the tests when the mode is not what it should be: what they found would mean nothing.
static void expect_flushing(int wanted) {
    volatile float small = FLT_MIN;
    int flushes = small / 2 == 0, took = ((st_float_mode_read() & ST_FLUSHING) == ST_FLUSHING) == wanted;
    if (flushes == wanted && took) return;
    printf("subnormal results are %s\n", flushes ? "flushed" : "kept");
    exit(EXIT_FAILURE);
}

static sigjmp_buf after_fault;
static void on_fault(int signal) { siglongjmp(after_fault, signal); }

/// Whether the kernel passed. With `faded` inputs are subnormal here and there, and this thread takes them for zero, as
/// every thread that computes: so do the loops that tell what is expected, in double precision.
static int run(const st_kernels *kernels, const member *kernel, int faded) {
    check_begin();
    floats_fade(faded);
    st_float_mode found = st_float_mode_read();
    if (faded) st_flush_subnormals();
    if (sigsetjmp(after_fault, 1) == 0) {
        kernel->check(kernels);
    } else {
        expect(0, "reads or writes past the end of an array");
    }
    outcome o = check_end();
    expect_flushing(faded);
    st_restore_subnormals(found);
    printf("%-9s%-30s%-12s", kernels->name, kernel->name, faded ? "subnormals" : "");
    if (o.failures) {
        printf("FAILED %zu of %zu comparisons; first: %s\n", o.failures, o.comparisons, o.first_failure);
    } else {
        printf("passed %4zu cases, %8zu comparisons", o.cases, o.comparisons);
        printf(o.worst > 0 ? ", largest error %.2f of the rounding allowed\n" : "\n", o.worst);
    }
    fflush(stdout);
    return o.failures == 0;
}

int main(void) {
    signal(SIGSEGV, on_fault);
    signal(SIGBUS, on_fault);
    size_t passed = 0, failed = unlisted_members();
    const st_kernels *kernels;
    for (size_t i = 0; (kernels = st_kernels_at(i)); i++) {
        for (size_t m = 0; m < MEMBERS; m++) {
            if (!members[m].check) continue;
            for (int faded = 0; faded < 2; faded++) {
                if (run(kernels, &members[m], faded)) {
                    passed++;
                } else {
                    failed++;
                }
            }
        }
    }
    printf("%zu passed, %zu failed\n", passed, failed);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
