import SparseData
import SparseTraining

/// Says on standard error what was decided about the data.
final class Remarks: TrainingObserver {
    func dataWasOpened(_ source: DataSource) {
        for remark in source.remarks { Command.say(remark) }
    }
}
