// One import is enough for programs: configurations name periods and rules of the policies, trainers hand out networks
// and take data sets.
@_exported public import SparseData
@_exported public import SparseModels
@_exported public import SparseParts
@_exported public import SparsePolicies
@_exported public import SparseStore
