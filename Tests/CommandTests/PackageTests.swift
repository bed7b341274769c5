import Foundation
import TestSupport
import Testing

/// What Package.swift says of the rooms is what their files do.
@Suite struct PackageTests {
    /// The modules of this package that a target may import, and those that its files do.
    @Test(arguments: [
        "SparseStore", "SparsePolicies", "SparseModels", "SparseData", "SparseTraining", "sparsetrain",
    ])
    func aTargetDeclaresWhatItImports(target: String) throws {
        let root = URL(filePath: SharedData.packageRoot)
        let package = try String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)
        let declaration = try #require(
            package.firstMatch(of: try Regex("name: \"\(target)\",\\s*dependencies: \\[([^\\]]*)\\]")))
        let declared = Set(String(declaration.output[1].substring ?? "").matches(of: /"(\w+)"/).map { String($0.1) })
        let own = Set(package.matches(of: /name: "(\w+)"/).map { String($0.1) })
        var imported: Set<String> = []
        let folder = root.appending(path: "Sources/\(target)")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        for case let file as URL in try #require(files) where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            imported.formUnion(text.matches(of: /(?m)^(?:@_exported )?(?:\w+ )?import (\w+)/).map { String($0.1) })
        }
        #expect(imported.intersection(own).isSubset(of: declared))
        #expect(declared.isSubset(of: imported))
    }
}
