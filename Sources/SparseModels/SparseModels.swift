// SparseModels
