package import SparseParts

extension Parts {
    /// The data sets that `sparsetrain data fetch` knows.
    package static let publishedData = Registry<PublishedDataset>(
        "published data set",
        [PublishedDataset.mnist, .fashionMNIST, .cifar10, .cifar100].map { Registry.Entry($0.name, $0.summary, $0) })
}
