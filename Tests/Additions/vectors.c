void check_vectors_negate(const st_kernels *kernels) {
    for (size_t n, i = 0; (n = length_at(i)) != SIZE_MAX; i++) {
        case_begin("%zu elements", n);
        float *before = floats(n, -2, 2), *x = floats_copied(before, n);
        kernels->vectors.negate(x, n);
        for (size_t k = 0; k < n; k++) expect_equal(x[k], 0 - before[k], "element", k);
    }
}
