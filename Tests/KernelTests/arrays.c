#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "support.h"

enum { MOST = 4096, FILL = 0xFF };

typedef struct region {
    uint8_t *base;
    size_t accessible, before, page;
} region;

static region regions[MOST];
static size_t count_of_regions;

void *array(size_t count, size_t element_size) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t bytes = count * element_size;
    // At least one byte before the array, so that there is something to watch.
    size_t accessible = (bytes / page + 1) * page;
    void *base = mmap(NULL, accessible + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED || count_of_regions == MOST || mprotect((char *)base + accessible, page, PROT_NONE) != 0) {
        fputs("no memory for the arrays of a case\n", stderr);
        exit(1);
    }
    memset(base, FILL, accessible);
    regions[count_of_regions++] = (region){base, accessible, accessible - bytes, page};
    return (char *)base + accessible - bytes;
}

static int fading;

void floats_fade(int fade) { fading = fade; }

float *floats(size_t count, float low, float high) {
    float *a = array(count, sizeof *a);
    for (size_t i = 0; i < count; i++) a[i] = fading && chance(0.33) ? number_faded(low, high) : number_between(low, high);
    return a;
}

float *floats_copied(const float *from, size_t count) {
    float *a = array(count, sizeof *a);
    memcpy(a, from, count * sizeof *a);
    return a;
}

int arrays_release(void) {
    int untouched = 1;
    while (count_of_regions) {
        region r = regions[--count_of_regions];
        for (size_t i = 0; i < r.before; i++) untouched &= r.base[i] == FILL;
        munmap(r.base, r.accessible + r.page);
    }
    return untouched;
}
