/// How `mpirun` or `srun` started this process, as one of several: they say so in the environment.
struct Launch: Equatable {
    /// How many processes there are, and which of them this is.
    var count: Int
    var rank: Int

    /// Names of count and rank: of Open MPI, of MPICH and its relatives, of a step of Slurm. A Slurm script that starts nothing by
    /// `srun` is no step, and has one process.
    private static let names = [
        ("OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"), ("PMI_SIZE", "PMI_RANK"),
        ("MV2_COMM_WORLD_SIZE", "MV2_COMM_WORLD_RANK"), ("SLURM_STEP_NUM_TASKS", "SLURM_PROCID"),
    ]

    /// Nil for a process that was started alone.
    init?(_ environment: [String: String]) {
        for (count, rank) in Self.names {
            guard let count = environment[count].flatMap({ Int($0) }), count > 1,
                let rank = environment[rank].flatMap({ Int($0) })
            else { continue }
            (self.count, self.rank) = (count, rank)
            return
        }
        return nil
    }
}
