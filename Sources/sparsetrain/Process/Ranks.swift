internal import Foundation
internal import SparseTraining

#if MPI
internal import SparseMPI
#endif

/// The command as one of several processes that were started together.
struct Ranks {
    let launch: Launch

    /// Carries out the command with the others. One has the errors and the result printed, but each can end all.
    func run(_ arguments: Arguments) -> Int32 {
        do { return try together(arguments) } catch {
            // What is wrong for all is said by the first; whoever started the processes ends the others meanwhile.
            if launch.rank > 0 { Thread.sleep(forTimeInterval: 1) } else { Command.say(error) }
            return ExitStatus.of(error)
        }
    }

    private func together(_ arguments: Arguments) throws -> Int32 {
        guard arguments.verb == .train else {
            throw RanksError.verb(arguments.verb.name, processes: launch.count)
        }
        #if MPI
        guard let communicator = MPICommunicator() else { throw RanksError.threads }
        guard communicator.count == launch.count else {
            throw RanksError.strangers(processes: launch.count, found: communicator.count)
        }
        do {
            let status = try Self.train(arguments, communicator)
            communicator.end()
            return status
        } catch {
            // The same error may be that of rank 0, which then speaks for all: to end the others takes a second or two.
            if communicator.rank > 0 { Thread.sleep(forTimeInterval: 4) }
            Command.say("rank \(communicator.rank): \(error)")
            let status = ExitStatus.of(error)
            communicator.abort(status: status)
            return status
        }
        #else
        throw RanksError.withoutMPI(processes: launch.count)
        #endif
    }

    /// A run of all processes.
    static func train(_ arguments: Arguments, _ communicator: any Communicator) throws -> Int32 {
        let configuration = try arguments.configuration(communicator)
        if configuration.folds != nil, configuration.fold == nil { throw RanksError.folds }
        if arguments.has(.dryRun) && communicator.rank > 0 { return ExitStatus.done }
        return try TrainCommand(arguments, configuration, communicator).run()
    }
}

/// Why several processes cannot do what they were started for.
enum RanksError: Error, Equatable, CustomStringConvertible {
    case withoutMPI(processes: Int)
    case verb(String, processes: Int)
    case threads
    case strangers(processes: Int, found: Int)
    case folds

    var description: String {
        switch self {
        case .withoutMPI(let processes):
            "started as \(processes) processes, but built without MPI: each would train by itself; "
                + "build with swift build -c release --traits MPI"
        case .verb(let verb, let processes):
            "\(verb): started as \(processes) processes, each of which would do the same; only train shares its work"
        case .threads:
            "this MPI does not let threads take turns (MPI_THREAD_SERIALIZED); use one that does"
        case .strangers(let processes, let found):
            "started as \(processes) processes, but MPI knows of \(found): mpirun, or srun --mpi, of the MPI that "
                + "sparsetrain was built with is needed"
        case .folds:
            "--folds: folds are trained one after the other by one process; give several processes one of them, --fold"
        }
    }
}
