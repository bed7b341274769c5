/// One file at one mirror.
extension PublishedDataset {
    static let mine = PublishedDataset(
        name: "mine", summary: "an example", mirrors: ["https://example.org/mine/"],
        files: [
            File(
                "samples.csv.gz", byteCount: 20,
                sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        ])
}
