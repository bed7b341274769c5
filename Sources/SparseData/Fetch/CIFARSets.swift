/// Lengths and sums of the archives: TensorFlow Datasets, `url_checksums/cifar10.txt` and `cifar100.txt`; those of what is in
/// them follow from the format.
extension PublishedDataset {
    private static let mirrors = ["https://www.cs.toronto.edu/~kriz/"]

    /// The binary version of CIFAR-10.
    static let cifar10 = PublishedDataset(
        name: "cifar10",
        summary:
            "photographs of ten kinds of things, 3 x 32 x 32, 50,000 and 10,000 to test (Krizhevsky, Nair, Hinton)",
        mirrors: mirrors,
        files: [
            File(
                "cifar-10-binary.tar.gz", byteCount: 170_052_171,
                sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
                members: ["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"]
                    .map { Member("cifar-10-batches-bin/\($0).bin", byteCount: 10_000 * 3073) } + [
                        Member("cifar-10-batches-bin/batches.meta.txt")
                    ])
        ])

    /// The binary version of CIFAR-100.
    static let cifar100 = PublishedDataset(
        name: "cifar100",
        summary: "photographs of a hundred kinds of things, 3 x 32 x 32, 50,000 and 10,000 to test (Krizhevsky)",
        mirrors: mirrors,
        files: [
            File(
                "cifar-100-binary.tar.gz", byteCount: 168_513_733,
                sha256: "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
                members: [
                    Member("cifar-100-binary/train.bin", byteCount: 50_000 * 3074),
                    Member("cifar-100-binary/test.bin", byteCount: 10_000 * 3074),
                    Member("cifar-100-binary/fine_label_names.txt"), Member("cifar-100-binary/coarse_label_names.txt"),
                ])
        ])
}
