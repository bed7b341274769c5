// What two processes need to exchange so many bytes, by the calls that sparsetrain makes: latency and bandwidth for scaling.py.
//
//     mpicc -O2 -I Sources/CMPI Benchmarks/exchange.c -o exchange && mpirun -n 2 exchange
#include "calls.h"
#include <stdio.h>
#include <stdlib.h>

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(void) {
    if (!sm_begin()) return 1;
    int other = sm_rank() ^ 1;
    enum { MOST = 1 << 24, TURNS = 101 };
    char *sent = calloc(1, MOST), *received = calloc(1, MOST);
    for (size_t bytes = 8; bytes <= MOST; bytes *= 8) {
        double seconds[TURNS];
        for (int turn = 0; turn < TURNS; turn++) {
            double begin = MPI_Wtime();
            sm_exchange(sent, bytes, received, bytes, other);
            seconds[turn] = MPI_Wtime() - begin;
        }
        qsort(seconds, TURNS, sizeof *seconds, ascending);
        double median = seconds[TURNS / 2];
        if (sm_rank() == 0) printf("%9zu bytes  %10.1f us  %8.1f MB/s each way\n", bytes, 1e6 * median, bytes / median / 1e6);
    }
    sm_end();
    free(sent);
    free(received);
    return 0;
}
