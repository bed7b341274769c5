import Foundation
import TestSupport
import Testing

@testable import sparsetrain

/// The command as several processes that were started together.
@Suite(.serialized) struct RanksTests {
    #if MPI
    private static let isBuilt = true
    #else
    private static let isBuilt = false
    #endif
    private static let canRun =
        isBuilt
        && ["/usr/bin/mpirun", "/usr/local/bin/mpirun", "/opt/homebrew/bin/mpirun"].contains(
            where: FileManager.default.isExecutableFile)
    private static let missing: Comment = "needs mpirun, and a build with --traits MPI"

    /// Containers are often root, and have fewer processors than processes.
    private static let environment = [
        "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1",
        "HYDRA_IFACE": "lo",
    ]
    private static let words =
        "--algo rigl --density 0.2 --model mlp:40,30 --shards 4 --delta-t 7 --no-report --quiet"

    private func shell(_ command: Executable, _ script: String) throws -> Executable.Result {
        try command.shell(script, environment: Self.environment)
    }

    /// Lines of the run's metrics, times aside.
    private func metrics(_ command: Executable, _ run: String) throws -> [String] {
        let file = command.folder.appending(path: run + "/metrics.jsonl")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
            String($0.replacing(/"(seconds|samples_per_second)":[-+.0-9e]+,?/, with: ""))
        }
    }

    @Test func whoStartedItIsSeen() {
        let mpirun = ["OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_RANK": "3"]
        #expect(Launch(mpirun).map { [$0.count, $0.rank] } == [4, 3])
        #expect(Launch(["PMI_SIZE": "2", "PMI_RANK": "0"])?.count == 2)
        let script = ["SLURM_NTASKS": "8", "SLURM_PROCID": "0"]
        #expect(Launch(script) == nil)
        #expect(Launch(script.merging(["SLURM_STEP_NUM_TASKS": "8"]) { $1 })?.count == 8)
        #expect(Launch(["OMPI_COMM_WORLD_SIZE": "1", "OMPI_COMM_WORLD_RANK": "0"]) == nil)
        #expect(Launch([:]) == nil)
    }

    @Test(.enabled(if: !isBuilt, "the build has MPI")) func withoutMPIItSaysSoAndStops() throws {
        try withExecutable { command in
            let result = try command.run(
                ["--steps", "5", "--out", "run"],
                environment: ["OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_RANK": "0"])
            #expect(result.status == 2 && result.output.isEmpty)
            #expect(
                result.errors
                    == "sparsetrain: started as 4 processes, but built without MPI: each would train by itself; "
                    + "build with swift build -c release --traits MPI\n")
            #expect(!FileManager.default.fileExists(atPath: command.folder.appending(path: "run").path))
        }
    }

    @Test func otherVerbsAreForOneProcess() throws {
        try withExecutable { command in
            let result = try command.run(
                ["methods"], environment: ["OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_RANK": "0"])
            #expect(result.status == 2 && result.errors.hasPrefix("sparsetrain: methods: started as 2 processes"))
        }
    }

    @Test(.enabled(if: canRun, missing), arguments: [(2, 4), (3, 6)])
    func severalProcessesComeToTheBitsOfOne(processes: Int, shards: Int) throws {
        try withExecutable { command in
            let words =
                Self.words.replacing("--shards 4", with: "--shards \(shards)") + " --batch-size 36 --steps 40 --json"
            let one = try shell(command, "$S \(words) --out one")
            let two = try shell(command, "mpirun -n \(processes) $S \(words) --out two --checkpoint-steps 25")
            #expect(one.status == 0 && two.status == 0, "\(two)")
            #expect(try metrics(command, "one") == metrics(command, "two"))
            let (a, b) = (try one.object(), try two.object())
            #expect(a["test_loss"] as? Double == b["test_loss"] as? Double)
            let sent = try #require(b["communication"] as? [String: Any])
            #expect(sent["processes"] as? Int == processes && sent["shards"] as? Int == shards)
        }
    }

    @Test(.enabled(if: canRun, missing)) func anErrorOfOneEndsAll() throws {
        try withExecutable { command in
            let clock = ContinuousClock()
            let start = clock.now
            let result = try shell(
                command,
                "mpirun -n 1 $S \(Self.words) --out run : -n 1 $S \(Self.words) --data nowhere --out run")
            #expect(result.status != 0 && clock.now - start < .seconds(10))
            #expect(result.errors.contains("sparsetrain: rank 1: nowhere: no such file or folder"), "\(result)")
            let odd = try shell(command, "mpirun -n 3 $S \(Self.words) --out run")
            #expect(odd.status != 0, "\(odd)")
            #expect(odd.errors.contains("--shards 4: must be a multiple of the 3 processes"), "\(odd)")
        }
    }

    @Test(.enabled(if: canRun, missing)) func aProcessThatIsKilledEndsAllAndTheRunGoesOn() throws {
        try withExecutable { command in
            let result = try shell(
                command,
                """
                mpirun -n 2 bash -c 'echo $$ > pid$OMPI_COMM_WORLD_RANK; exec $S \(Self.words) --epochs 100000 \
                --checkpoint-steps 20 --out run' & M=$!
                until [ -s run/checkpoint.safetensors ]; do sleep .05; done
                kill -KILL $(cat pid1); B=$(date +%s); wait $M; R=$?
                [ $(($(date +%s) - B)) -lt 10 ] || exit 99
                [ $R != 0 ] || exit 98
                """)
            #expect(result.status == 0, "\(result)")
            #expect(result.errors.contains("rank 1"), "\(result)")
            let onward = try shell(
                command, "$S --resume --override --out run --epochs 5 --quiet --no-report --json")
            #expect(onward.status == 0, "\(onward)")
        }
    }
}
