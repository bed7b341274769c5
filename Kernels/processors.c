#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE
#endif
#include "processors.h"

#if defined(__linux__)
#include <sched.h>
#include <unistd.h>

int st_allowed_processors(void) {
    // Room for 8192 processors, the most that Linux can be built for: it refuses to answer into less than it has.
    cpu_set_t sets[8192 / CPU_SETSIZE];
    // Of the first thread, which the others took theirs from: a program may have bound the one that asks to a single core.
    if (sched_getaffinity(getpid(), sizeof sets, sets) != 0) return 0;
    return CPU_COUNT_S(sizeof sets, sets);
}
#else
int st_allowed_processors(void) { return 0; }
#endif
