import Foundation
import Testing

/// The real command where it may use one processor alone.
@Suite struct ProcessorTests {
    private static let bound = "taskset -c 0"
    private static let canBind =
        (try? Executable()).map { executable in
            defer { executable.remove() }
            return (try? executable.shell(bound + " true").status) == 0
        } ?? false

    /// Without `--threads` as many threads compute as there are processors for them; who asks for more gets them, and the same bits.
    @Test(.enabled(if: canBind, "taskset is not installed, or the first processor is not ours")) func threadsFollow()
        throws
    {
        try withExecutable { executable in
            let train = Self.bound + " $S --model mlp:8 --steps 3 --json --quiet --out "
            let one = try executable.shell(train + "one").object()
            #expect(one["threads"] as? Int == 1)
            let many = try executable.shell(train + "many --threads 3").object()
            #expect(many["threads"] as? Int == 3)
            #expect(many["test_loss"] as? Double == one["test_loss"] as? Double)
            let sweep = try executable.shell(Self.bound + " $S sweep --seed 0,1 --steps 3 --dry-run")
            #expect(sweep.output.contains("on 1 cores"))
        }
    }
}
