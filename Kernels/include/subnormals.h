// How a thread computes with subnormal numbers, those below FLT_MIN. Processors take a hundred cycles and more for an
// operation with one, and training makes many: momenta and gradients that fade away end there.
#pragma once
#include <stdint.h>

/// The thread's control word of floating-point arithmetic.
typedef uint64_t st_float_mode;

#if defined(__x86_64__)
/// Results to zero (FTZ), and inputs (DAZ).
enum { ST_FLUSHING = 0x8040 };
static inline st_float_mode st_float_mode_read(void) {
    uint32_t word;
    __asm__ volatile("stmxcsr %0" : "=m"(word) : : "memory");
    return word;
}
static inline void st_float_mode_write(st_float_mode mode) {
    uint32_t word = (uint32_t)mode;
    __asm__ volatile("ldmxcsr %0" : : "m"(word) : "memory");
}
#elif defined(__aarch64__)
/// FZ: inputs and results, of NEON too.
enum { ST_FLUSHING = 1 << 24 };
static inline st_float_mode st_float_mode_read(void) {
    uint64_t word;
    __asm__ volatile("mrs %0, fpcr" : "=r"(word) : : "memory");
    return word;
}
static inline void st_float_mode_write(st_float_mode mode) { __asm__ volatile("msr fpcr, %0" : : "r"(mode) : "memory"); }
#else
enum { ST_FLUSHING = 0 };
static inline st_float_mode st_float_mode_read(void) { return 0; }
static inline void st_float_mode_write(st_float_mode mode) { (void)mode; }
#endif

/// Makes this thread take subnormal numbers, inputs and results, for zero. Returns what `st_restore_subnormals` needs to
/// give the thread back as it was.
static inline st_float_mode st_flush_subnormals(void) {
    st_float_mode found = st_float_mode_read();
    if ((found & ST_FLUSHING) != ST_FLUSHING) st_float_mode_write(found | ST_FLUSHING);
    return found;
}

/// Does nothing where the thread flushed already, as within another call.
static inline void st_restore_subnormals(st_float_mode found) {
    if ((found & ST_FLUSHING) != ST_FLUSHING) st_float_mode_write(found);
}
