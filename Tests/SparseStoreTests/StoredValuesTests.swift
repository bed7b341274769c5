import TestSupport
import Testing

@testable import SparseStore

/// The arrays beside the values, by the part they play.
@Suite struct StoredValuesTests {
    private static let age: OptimizerRole = "age"

    @Test func statesKeepTheirRoles() {
        let stored = StoredValues(AlignedBuffer([1, 2, 3]))
        #expect(stored.roles.isEmpty && stored.states.isEmpty && stored.byteCount == 24)
        stored.reserveStates([.momentum, Self.age])
        #expect(stored.states.map(\.array) == [[0, 0, 0], [0, 0, 0]] && stored.byteCount == 48)
        stored[.state(.momentum)][1] = 5
        stored[.state(Self.age)][2] = 7
        // Another optimiser: what both keep stays.
        stored.reserveStates(["age", .secondMoment, .momentum])
        #expect(stored.roles == [Self.age, .secondMoment, .momentum])
        #expect(stored.states.map(\.array) == [[0, 0, 7], [0, 0, 0], [0, 5, 0]])
        stored.reserveStates([.momentum])
        #expect(stored.states.map(\.array) == [[0, 5, 0]])
        stored.reserveStates([])
        #expect(stored.states.isEmpty)
        #expect(stored[.values] === stored.values && stored[.gradient] === stored.gradient)
    }

    /// Three states and values of every format move as those of a plain matrix do, while the number of weights stays and
    /// when it changes; grown weights begin with what the change says, by role.
    @Test(arguments: ["csr", "block4", "block16"]) func changesMoveStatesByRole(format: String) throws {
        var random = CounterRandom(seed: 111, purpose: .test)
        let roles: [OptimizerRole] = [.secondMoment, Self.age, .momentum]
        for trial in 0..<30 {
            let format = try #require(MatrixFormat(format))
            let side = format.unitSide
            let (rows, columns) = (side * (1 + random.next(below: 20)), side * (1 + random.next(below: 20)))
            let all = 0..<format.positionCount(rows: rows, columns: columns)
            let positions = all.filter { _ in random.nextUnit() < 0.4 }
            let matrix = try format.make(rows: rows, columns: columns, positions: positions)
            let reference = ReferenceMatrix(
                rows: rows, columns: columns, unitRows: side, unitColumns: side, positions: positions)
            for one in [matrix, reference] as [any SparseMatrix] { one.stored.reserveStates(roles) }
            for array in [ParallelArray.values] + roles.map({ .state($0) }) {
                let elements = (0..<matrix.stored.count).map { _ in Float(random.nextUnit()) }
                matrix.setElements(of: array, to: elements)
                reference.setElements(of: array, to: elements)
            }
            for _ in 0..<3 {
                let stored = matrix.storedPositions()
                let dropped = stored.filter { _ in random.next(below: 3) == 0 }
                let free = SortedList.subtract(stored, from: Array(all))
                let grown =
                    trial % 2 == 0
                    ? Array(free.prefix(dropped.count)) : free.filter { _ in random.next(below: 4) == 0 }
                let change = TopologyChange(
                    dropped: dropped, grown: grown, grownValues: grown.map { Float($0) },
                    grownStates: [.momentum: grown.map { Float(-$0) }, "age": grown.map { Float(2 * $0) }])
                try matrix.apply(change, workers: Workers(threads: 2))
                try reference.apply(change, workers: Workers(threads: 1))
                for array in [ParallelArray.values, .gradient] + roles.map({ .state($0) }) {
                    #expect(matrix.elements(of: array) == reference.elements(of: array), "\(array)")
                }
            }
        }
    }

    private enum SortedList {
        static func subtract(_ removed: [Int], from list: [Int]) -> [Int] {
            let gone = Set(removed)
            return list.filter { !gone.contains($0) }
        }
    }
}
