package import SparseStore

/// Images of one byte a pixel and channel, left as the file has them.
package struct ImageDataset: Dataset {
    package let name: String
    package let shape: SampleShape
    package let targets: TargetKind
    package let classNames: [String]?
    private let pixels: SampleRecords<UInt8>
    private let labels: [Int32]

    /// As many labels as images, each in 0 ..< classes: the readers have seen to it.
    init(
        name: String, shape: SampleShape, pixels: SampleRecords<UInt8>, labels: [Int32], classes: Int,
        classNames: [String]? = nil
    ) {
        precondition(pixels.count == labels.count && pixels.features == shape.features)
        self.name = name
        self.shape = shape
        self.pixels = pixels
        self.labels = labels
        targets = .classes(classes)
        self.classNames = classNames
    }

    package var count: Int { labels.count }
    package var fullScale: Float { 255 }
    package var preferredStandardization: Standardization { .perChannel }
    package func label(of sample: Int) -> Int { Int(labels[sample]) }

    package func assemble(
        panel: Int, samples: AlignedBuffer<Int>, count: Int, into panels: Panels, scaling: FeatureScaling
    ) {
        panels.assemble(panel: panel, samples: samples, count: count, from: pixels, scaling: scaling)
    }
}
