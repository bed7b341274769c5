// SparseData
