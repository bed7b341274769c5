internal import SparseParts

extension Method {
    private static let itopCitation = "Liu, Yin, Mocanu, Pechenizkiy; ICML 2021; arXiv 2102.02887"

    static let itopSET = Method(
        name: "itop-set", summary: "SET with long intervals and updates to the end: explore more positions in time",
        citation: itopCitation, preset: itop(deltaT: 1500, growRule: "random", gradAccumulation: nil)
    ) { settings, run throws(PolicyError) in try DropAndGrow(settings, run: run) }

    static let itopRigL = Method(
        name: "itop-rigl", summary: "RigL with long intervals and updates to the end: explore more positions in time",
        citation: itopCitation, preset: itop(deltaT: 4000, growRule: "gradient", gradAccumulation: 1)
    ) { settings, run throws(PolicyError) in try DropAndGrow(settings, run: run) }

    private static func itop(deltaT: Int, growRule: String, gradAccumulation: Int?) -> Settings {
        Settings {
            $0.distribution = "erk"
            $0.deltaT = .steps(deltaT)
            $0.beginStep = 0
            $0.endFraction = 1
            $0.dropRule = "magnitude-ceil"
            $0.dropFraction = 0.5
            $0.dropFloor = 0.005
            $0.dropSchedule = "cosine"
            $0.growRule = growRule
            $0.gradientAccumulation = gradAccumulation
            $0.regrow = .keepsValue
            $0.newValues = .zero
            $0.trainsOnUpdate = true
        }
    }
}
