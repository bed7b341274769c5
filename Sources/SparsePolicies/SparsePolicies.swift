// SparsePolicies
