/// Lengths and sums: TensorFlow Datasets, `url_checksums/mnist.txt` and `fashion_mnist.txt`.
extension PublishedDataset {
    /// The handwritten digits of Y. LeCun, C. Cortes and C. Burges.
    static let mnist = PublishedDataset(
        name: "mnist", summary: "handwritten digits, 28 x 28, 60,000 and 10,000 to test (LeCun, Cortes, Burges)",
        mirrors: [
            "https://storage.googleapis.com/cvdf-datasets/mnist/", "https://ossci-datasets.s3.amazonaws.com/mnist/",
        ],
        files: [
            File(
                "train-images-idx3-ubyte.gz", byteCount: 9_912_422,
                sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
            File(
                "train-labels-idx1-ubyte.gz", byteCount: 28_881,
                sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
            File(
                "t10k-images-idx3-ubyte.gz", byteCount: 1_648_877,
                sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
            File(
                "t10k-labels-idx1-ubyte.gz", byteCount: 4542,
                sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
        ])

    /// The articles of clothing of Zalando Research.
    static let fashionMNIST = PublishedDataset(
        name: "fashion-mnist",
        summary: "articles of clothing, 28 x 28, 60,000 and 10,000 to test (Zalando Research, MIT licence)",
        mirrors: [
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        ],
        files: [
            File(
                "train-images-idx3-ubyte.gz", byteCount: 26_421_880,
                sha256: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
            File(
                "train-labels-idx1-ubyte.gz", byteCount: 29_515,
                sha256: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
            File(
                "t10k-images-idx3-ubyte.gz", byteCount: 4_422_102,
                sha256: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
            File(
                "t10k-labels-idx1-ubyte.gz", byteCount: 5148,
                sha256: "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
        ])
}
