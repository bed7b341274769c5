extension Panels {
    /// How many channels hold nothing but zeros, halo and padding included.
    public var silentChannels: Int {
        (0..<channels).count { channel in
            (0..<panelCount).allSatisfy { panel in
                let first = panel * panelStride + channel * mapStride
                return (first..<first + mapStride).allSatisfy { buffer[$0] == 0 }
            }
        }
    }
}
