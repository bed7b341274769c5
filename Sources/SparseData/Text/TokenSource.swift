internal import SparseParts

extension DataSource {
    /// Two parts of tokens in a row, in windows as the options have them.
    /// - Parameters:
    ///   - train: Tokens to train on, and which of them.
    ///   - test: Tokens to measure on, and which of them.
    ///   - path: For messages.
    /// - Throws: `DataError` for a part that is shorter than a window.
    init(
        tokensOf path: String, train: (TokenBuffer, Range<Int>), test: (TokenBuffer, Range<Int>),
        vocabulary: Vocabulary, _ options: DataOptions, remarks: [String] = []
    ) throws(DataError) {
        let sequence = SequenceShape(length: options.context, windows: options.windows)
        func part(_ part: (TokenBuffer, Range<Int>), _ name: String, _ what: String) throws(DataError) -> Subset {
            Subset(
                windowsOf: try TokenDataset(
                    part.0, places: part.1, vocabulary: vocabulary, sequence: sequence, name: name, what: what))
        }
        // An error names the path, and results the file.
        _ = try part(train, path, " to train on")
        _ = try part(test, path, " to test")
        let name = Paths.name(path)
        let said =
            "\(name): a text of \(vocabulary.description), \(grouped(train.1.count)) tokens to train on and "
            + "\(grouped(test.1.count)) to test, in windows of \(sequence.length) "
            + (sequence.windows == .random ? "that begin anywhere" : "one after the other")
            + "; --batch-size counts windows"
        self.init(
            name: name, train: try part(train, name, ""), test: try part(test, name, ""), remarks: [said] + remarks)
    }
}

/// Digits in groups of three: 1,003,854.
private func grouped(_ number: Int) -> String {
    let digits = Array(String(number))
    var text = ""
    for (place, digit) in digits.enumerated() {
        if place > 0, (digits.count - place).isMultiple(of: 3) { text.append(",") }
        text.append(digit)
    }
    return text
}
