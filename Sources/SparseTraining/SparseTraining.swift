// SparseTraining
