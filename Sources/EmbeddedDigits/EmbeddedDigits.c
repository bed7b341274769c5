// The test part of "Optical Recognition of Handwritten Digits" by E. Alpaydin and C. Kaynak, UCI Machine
// Learning Repository, https://archive.ics.uci.edu/dataset/80, licence CC BY 4.0
// (https://creativecommons.org/licenses/by/4.0/), unchanged, as distributed with scikit-learn:
// gzip, one sample a line, 64 pixels (0 to 16, 8 x 8, row by row), then the class.
#include "EmbeddedDigits.h"

static const unsigned char bytes[] = {
#embed "digits.csv.gz"
};
const unsigned char *const embedded_digits_bytes = bytes;
const size_t embedded_digits_count = sizeof bytes;
