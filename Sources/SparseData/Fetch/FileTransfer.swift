/// How bytes come over the net. What they must be is no matter of the transfer: whoever asks for them knows.
package protocol FileTransfer {
    /// Appends to a file what it lacks of the one at a URL, or begins it.
    /// - Throws: `DataError` for what no other mirror would change: a full disk, an interrupt, no program to do it with.
    func fetch(_ request: TransferRequest) throws(DataError) -> TransferEnd
}

/// What is asked for.
package struct TransferRequest: Sendable {
    /// Where it is.
    package let url: String
    /// The file that is appended to; there is none where nothing was fetched yet.
    package let path: String
    /// Bytes that are there.
    package let begin: Int
    /// Bytes that there are to be: more are never taken.
    package let byteCount: Int
}

/// How a transfer ended, with a reason in words where it failed.
package enum TransferEnd: Sendable, Equatable {
    /// By what the server said, this was all.
    case complete
    /// In the middle: more may come from the same place.
    case brokeOff(String)
    /// This server does not have it, or does not give it.
    case refused(String)
    /// No server was reached.
    case unreachable(String)
    /// There is more than was asked for.
    case tooLong(String)
    /// It can only be had from its beginning.
    case cannotResume
}
