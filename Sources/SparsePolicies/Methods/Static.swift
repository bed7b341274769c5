internal import SparseParts

extension Method {
    static let `static` = Method(
        name: "static", summary: "a random sparse network whose connections never change",
        citation: "the control of every study of dynamic sparse training",
        preset: Settings { $0.distribution = "erk" }
    ) { _, _ in StaticPolicy() }
}
