// MPI's constants are macros, which Swift does not see: each call that is needed, as a function.
#pragma once
#include <mpi.h>
#include <sched.h>
#include <stddef.h>
#include <time.h>

// Bytes of one message: MPI counts with an int.
enum { SM_LARGEST = 1 << 30 };

/// Begins. Only one thread will call at a time, not always the same.
/// @return 1, or 0 where this MPI cannot do that.
static inline int sm_begin(void) {
    int given = 0;
    MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &given);
    return given >= MPI_THREAD_SERIALIZED;
}

/// Waits for all others, and ends.
static inline void sm_end(void) {
    MPI_Barrier(MPI_COMM_WORLD);
    MPI_Finalize();
}

/// Ends all processes.
static inline void sm_abort(int status) { MPI_Abort(MPI_COMM_WORLD, status); }

static inline int sm_rank(void) {
    int rank = 0;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    return rank;
}

static inline int sm_count(void) {
    int count = 1;
    MPI_Comm_size(MPI_COMM_WORLD, &count);
    return count;
}

/// Processes on this one's machine.
static inline int sm_count_on_machine(void) {
    MPI_Comm machine;
    int count = 1;
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
    MPI_Comm_size(machine, &count);
    MPI_Comm_free(&machine);
    return count;
}

/// Waits without keeping a processor busy for long: MPI's own waiting does, and where there are more processes than processors it
/// keeps the one that is waited for from working.
static inline void sm_wait(MPI_Request *requests, int count) {
    for (long turn = 0;; turn++) {
        int done = 0;
        MPI_Testall(count, requests, &done, MPI_STATUSES_IGNORE);
        if (done) return;
        if (turn > 20000) {
            struct timespec pause = {0, 20000};
            nanosleep(&pause, NULL);
        } else if (turn > 500) {
            sched_yield();
        }
    }
}

static inline int sm_piece(size_t bytes, size_t done) {
    size_t left = bytes - done;
    return (int)(left < SM_LARGEST ? left : SM_LARGEST);
}

static inline void sm_send(const void *bytes, size_t count, int rank) {
    for (size_t done = 0; done < count;) {
        int piece = sm_piece(count, done);
        MPI_Request request;
        MPI_Isend((const char *)bytes + done, piece, MPI_BYTE, rank, 0, MPI_COMM_WORLD, &request);
        sm_wait(&request, 1);
        done += piece;
    }
}

static inline void sm_receive(void *bytes, size_t count, int rank) {
    for (size_t done = 0; done < count;) {
        int piece = sm_piece(count, done);
        MPI_Request request;
        MPI_Irecv((char *)bytes + done, piece, MPI_BYTE, rank, 0, MPI_COMM_WORLD, &request);
        sm_wait(&request, 1);
        done += piece;
    }
}

/// Sends and receives at once.
static inline void sm_exchange(const void *sent, size_t sent_count, void *received, size_t received_count, int rank) {
    for (size_t out = 0, in = 0; out < sent_count || in < received_count;) {
        MPI_Request requests[2];
        int count = 0;
        if (in < received_count) {
            int piece = sm_piece(received_count, in);
            MPI_Irecv((char *)received + in, piece, MPI_BYTE, rank, 0, MPI_COMM_WORLD, &requests[count++]);
            in += piece;
        }
        if (out < sent_count) {
            int piece = sm_piece(sent_count, out);
            MPI_Isend((const char *)sent + out, piece, MPI_BYTE, rank, 0, MPI_COMM_WORLD, &requests[count++]);
            out += piece;
        }
        sm_wait(requests, count);
    }
}
