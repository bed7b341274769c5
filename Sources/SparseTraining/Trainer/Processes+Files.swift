internal import Foundation
internal import SparseStore

/// What the process that has the run folder and the others give each other of its files.
extension Processes {
    /// The latest checkpoint as rank 0 has it: the disks of the others may know nothing of it.
    /// - Parameter folder: Of rank 0.
    func checkpoint(of folder: RunFolder?) throws -> SafetensorsFile {
        var bytes: AlignedBuffer<UInt8>?
        if let folder {
            let path = CheckpointFolder(url: folder.url, kept: 1).latest.relativePath
            do throws(StoredBytes.Failure) {
                let file = try StoredBytes(path: path)
                bytes = try file.buffer(of: UInt8.self, at: 0, count: file.count)
            } catch { throw TrainingError.damagedCheckpoint(path: path, reason: error.description) }
        }
        do { return try SafetensorsFile(StoredBytes(ofFirst(bytes))) } catch let error as SafetensorsFile.Damage {
            throw TrainingError.damagedCheckpoint(path: CheckpointFolder.latestName, reason: error.description)
        }
    }

    /// The shards of all processes of a batch that was kept, for rank 0; nothing for the others.
    /// - Parameter shards: Those of this process.
    func gather(_ shards: [[GradientBatch]]) -> [[GradientBatch]] {
        guard isFirst else {
            for batch in shards.joined() {
                let sizes = AlignedBuffer<Float>([Float(batch.samples), batch.scale])
                communicator.send(UnsafeRawBufferPointer(sizes.elements), to: 0)
                communicator.send(UnsafeRawBufferPointer(batch.input.buffer.elements), to: 0)
                communicator.send(UnsafeRawBufferPointer(batch.outputGradient.buffer.elements), to: 0)
            }
            return []
        }
        return shards
            + (1..<count).flatMap { rank in
                shards.map { shard in shard.map { received(like: $0, from: rank) } }
            }
    }

    private func received(like batch: GradientBatch, from rank: Int) -> GradientBatch {
        func room(_ x: Panels) -> Panels {
            Panels(channels: x.channels, rows: x.rows, columns: x.columns, halo: x.halo, samples: x.capacity)
        }
        let sizes = AlignedBuffer<Float>(count: 2)
        communicator.receive(UnsafeMutableRawBufferPointer(sizes.elements), from: rank)
        let copy = GradientBatch(
            input: room(batch.input), outputGradient: room(batch.outputGradient), samples: Int(sizes[0]),
            scale: sizes[1])
        communicator.receive(UnsafeMutableRawBufferPointer(copy.input.buffer.elements), from: rank)
        communicator.receive(UnsafeMutableRawBufferPointer(copy.outputGradient.buffer.elements), from: rank)
        return copy
    }
}
