// Which kernel sets this machine can run. The only state is these constant tables.
#include "SparseKernels.h"

extern const st_kernels st_kernels_portable;
#if defined(__x86_64__)
extern const st_kernels st_kernels_avx2;
extern const st_kernels st_kernels_avx512;
#elif defined(__aarch64__)
extern const st_kernels st_kernels_neon;
#endif

const st_kernels *_Nullable st_kernels_at(size_t index) {
    const st_kernels *found[4];
    size_t count = 0;
#if defined(__x86_64__)
    // __builtin_cpu_supports asks the operating system too, which must save the wide registers.
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")) {
        found[count++] = &st_kernels_avx512;
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) found[count++] = &st_kernels_avx2;
#elif defined(__aarch64__)
    found[count++] = &st_kernels_neon;
#endif
    found[count++] = &st_kernels_portable;
    return index < count ? found[index] : NULL;
}
