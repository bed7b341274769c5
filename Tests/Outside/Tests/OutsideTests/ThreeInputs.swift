import SparseTraining

/// Samples that are a vector of four numbers, one of three, and a word; the target is a number made of all of them.
struct ThreeInputs: Dataset {
    let name = "three inputs"
    let count = 320
    let shape = SampleShape(channels: 4)
    let inputs: [SampleInput] = [
        .values(SampleShape(channels: 4)), .values(SampleShape(channels: 3)), .tokens(vocabulary: 5),
    ]
    let targets = TargetKind.numbers(1)
    let preferredStandardization = Standardization.perFeature

    /// A number in -1 ..< 1 that is the same on every machine.
    private func value(_ sample: Int, _ place: Int) -> Float {
        var x = UInt32(truncatingIfNeeded: sample &* 7919 &+ place &* 104_729 &+ 12345)
        for _ in 0..<3 { x = (x ^ (x >> 15)) &* 0x2C1B_3C6D }
        return Float(x >> 8) / Float(1 << 23) - 1
    }

    func token(of sample: Int, input: Int) -> Int { sample % 5 }

    func number(_ index: Int, of sample: Int) -> Float {
        (value(sample, 0) - value(sample, 1) + value(sample, 4)) * Float(token(of: sample, input: 2) - 2)
    }

    func assemble(
        panel: Int, samples: AlignedBuffer<Int>, count: Int, into panels: Panels, scaling: FeatureScaling
    ) {
        for lane in 32 * panel..<32 * panel + 32 {
            for channel in 0..<4 {
                let scaled = (value(samples[lane], channel) - scaling.means[channel]) * scaling.factors[channel]
                panels[lane, channel] = lane < count ? scaled : 0
            }
        }
    }

    func assemble(input: Int, panel: Int, samples: AlignedBuffer<Int>, count: Int, into panels: Panels) {
        for lane in 32 * panel..<32 * panel + 32 {
            for channel in 0..<3 { panels[lane, channel] = lane < count ? value(samples[lane], 4 + channel) : 0 }
        }
    }
}
