#ifndef EMBEDDED_DIGITS_H
#define EMBEDDED_DIGITS_H
#include <stddef.h>

#pragma clang assume_nonnull begin
/// The bytes of digits.csv.gz (see EmbeddedDigits.c for source and licence).
extern const unsigned char *const embedded_digits_bytes;
/// Their number.
extern const size_t embedded_digits_count;
#pragma clang assume_nonnull end
#endif
