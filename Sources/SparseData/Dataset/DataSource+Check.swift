internal import SparseStore

/// What every reader has seen to, for data that a program made itself.
extension DataSource {
    /// Refuses data that no network can be trained on.
    /// - Throws: `DataError` for no classes or numbers, no training samples, two parts of different kinds, or labels, numbers,
    ///   tokens and samples that cannot be.
    public func check() throws(DataError) {
        let shape = train.dataset.shape
        let (dataset, targets) = (train.dataset, targets)
        guard shape.channels > 0, shape.rows > 0, shape.columns > 0, targets.isPossible else {
            throw DataError(
                .inconsistent, in: name, "samples of shape \(shape) with \(targets)", expected: "at least one of each")
        }
        try dataset.checkInputs(name)
        try dataset.checkSequence(name)
        if case .inputs(let count) = targets {
            try dataset.checkReconstruction(name)
            guard count == shape.features else {
                throw DataError(
                    .inconsistent, in: name, "samples of \(shape) with \(targets)",
                    expected: "\(shape.features), the numbers of a sample")
            }
        }
        let scale = train.dataset.fullScale
        guard scale > 0, scale.isFinite, (1 / scale).isFinite else {
            throw DataError(.inconsistent, in: name, "a full scale of \(scale)", expected: "a number above 0")
        }
        guard train.count > 0 else {
            throw DataError(.empty, in: name, "no training samples", expected: "at least one")
        }
        try train.checkSamples(targets, name: name)
        guard test.count > 0 else { return }
        let other = test.dataset
        guard other.shape == shape, other.inputs == dataset.inputs, other.targets.isPart(of: targets),
            other.sequence?.length == dataset.sequence?.length
        else {
            throw DataError(
                .inconsistent, in: name, "test samples of shape \(other.shape) in \(other.targets)",
                expected: "\(shape) in \(targets), as the training samples")
        }
        try test.checkSamples(targets, name: name)
    }
}

extension TargetKind {
    fileprivate var isPossible: Bool {
        switch self {
        case .classes(let count), .tokens(let count), .numbers(let count), .labels(let count), .inputs(let count):
            count > 0
        case .none: true
        }
    }

    /// Some test samples may lack classes.
    fileprivate func isPart(of training: TargetKind) -> Bool {
        if case .classes(let count) = self, case .classes(let all) = training { count <= all } else { self == training }
    }
}

extension Dataset {
    /// The first input is what `shape` says.
    fileprivate func checkInputs(_ name: String) throws(DataError) {
        for (index, input) in inputs.enumerated() {
            switch input {
            case .values(let shape):
                if shape.channels > 0, shape.rows > 0, shape.columns > 0, index > 0 || shape == self.shape { continue }
            case .tokens(let vocabulary):
                if (1...Int(Int32.max)).contains(vocabulary), index > 0 || shape == SampleShape(channels: 1) {
                    continue
                }
            }
            throw DataError(
                .inconsistent, in: name, "input \(index + 1) that is \(input), with samples of shape \(shape)",
                expected: "inputs with positive extents, the first of the shape of the samples")
        }
        if inputs.isEmpty {
            throw DataError(.inconsistent, in: name, "samples without an input", expected: "one or more")
        }
    }
}

extension Dataset {
    /// Tokens in a row are one input, and the next is what is to be found.
    fileprivate func checkSequence(_ name: String) throws(DataError) {
        guard sequence != nil || targets.areTokens else { return }
        guard sequence != nil, case .tokens(let count) = targets, inputs == [.tokens(vocabulary: count)],
            vocabulary.map({ $0.count == count }) ?? true
        else {
            throw DataError(
                .inconsistent, in: name,
                "\(sequence == nil ? "samples that stand alone" : "windows of tokens") with \(inputs.count) inputs and \(targets)",
                expected: "a sequence of tokens of one vocabulary, of which the next is to be found")
        }
    }

    /// Refuses tokens and labels outside the vocabulary at any place: windows may begin everywhere.
    fileprivate func checkPlaces(of vocabulary: Int, name: String) throws(DataError) {
        for place in 0..<count {
            let (token, label) = (token(of: place, input: 0), label(of: place))
            guard token >= 0, token < vocabulary, label < vocabulary else {
                throw DataError(
                    .labelOutOfRange, in: name, at: .sample(place), "token \(token), followed by \(label)",
                    expected: "tokens from 0 to \(vocabulary - 1)")
            }
        }
    }
}

extension Subset {
    fileprivate func checkSamples(_ targets: TargetKind, name: String) throws(DataError) {
        let count = dataset.count
        let vocabularies = dataset.inputs.map { if case .tokens(let vocabulary) = $0 { vocabulary } else { 0 } }
        if let sequence = dataset.sequence, case .tokens(let vocabulary) = targets {
            try dataset.checkPlaces(of: vocabulary, name: name)
            guard let bad = samples.first(where: { $0 < 0 || $0 > count - sequence.length }) else { return }
            throw DataError(
                .inconsistent, in: name, at: .sample(bad), "a window that begins there",
                expected: "windows of \(sequence.length) within the \(count) places of \(dataset.name)")
        }
        for sample in samples {
            guard sample >= 0, sample < count else {
                throw DataError(
                    .inconsistent, in: name, "sample \(sample) is not in \(dataset.name)",
                    expected: "samples from 0 to \(count - 1)")
            }
            switch targets {
            case .classes(let classes):
                let label = dataset.label(of: sample)
                guard label >= 0, label < classes else {
                    throw DataError(
                        .labelOutOfRange, in: name, at: .sample(sample), "label \(label)",
                        expected: "labels from 0 to \(classes - 1)")
                }
            case .numbers(let numbers):
                for index in 0..<numbers where !dataset.number(index, of: sample).isFinite {
                    throw DataError(
                        .nonFinite, in: name, at: .sample(sample),
                        "target \(index + 1) is \(dataset.number(index, of: sample))", expected: "finite numbers")
                }
            case .labels(let labels):
                for index in 0..<labels where ![0, 1].contains(dataset.number(index, of: sample)) {
                    throw DataError(
                        .labelOutOfRange, in: name, at: .sample(sample),
                        "label \(index + 1) is \(dataset.number(index, of: sample))", expected: "0 or 1")
                }
            case .tokens, .inputs, .none: break
            }
            for (input, vocabulary) in vocabularies.enumerated() where vocabulary > 0 {
                let token = dataset.token(of: sample, input: input)
                guard token >= 0, token < vocabulary else {
                    throw DataError(
                        .labelOutOfRange, in: name, at: .sample(sample), "token \(token)",
                        expected: "tokens from 0 to \(vocabulary - 1)")
                }
            }
        }
    }
}
