import CSecurity

/// The few records of the ZIP format that containers and archives use (PKWARE APPNOTE 4.3): no encryption, one disk, ZIP64 only in
/// `ZIPStreams`.
enum ZIPFormat {
    static let localHeaderSignature: UInt32 = 0x0403_4b50
    static let dataDescriptorSignature: UInt32 = 0x0807_4b50
    static let centralHeaderSignature: UInt32 = 0x0201_4b50
    static let endSignature: UInt32 = 0x0605_4b50

    static let localHeaderLength = 30
    static let dataDescriptorLength = 16
    static let centralHeaderLength = 46
    static let endLength = 22

    /// Version needed to extract (APPNOTE 4.4.3), without and with ZIP64.
    static let version: UInt16 = 10
    static let longVersion: UInt16 = 45

    /// ZIP64 (APPNOTE 4.3.14, 4.3.15, 4.5.3): sizes and offsets from this on stand in an extra field.
    static let longThreshold = UInt64(UInt32.max)
    static let longFieldIdentifier: UInt16 = 1
    static let longFieldHeaderLength = 4
    static let longEndSignature: UInt32 = 0x0606_4b50
    static let longLocatorSignature: UInt32 = 0x0706_4b50

    /// Without ZIP64.
    static let maximumEntries = Int(UInt16.max) - 1

    /// General purpose bits (APPNOTE 4.4.4).
    static let compressionOptionFlags: UInt16 = 0x0006
    static let dataDescriptorFlag: UInt16 = 0x0008
    static let utf8Flag: UInt16 = 0x0800

    static func checksum(_ bytes: some Collection<UInt8>) -> UInt32 {
        bytes.withContiguousStorageIfAvailable { ura_crc32($0.baseAddress, $0.count) }
            ?? Array(bytes).withUnsafeBufferPointer { ura_crc32($0.baseAddress, $0.count) }
    }
}

/// Compression methods (APPNOTE 4.4.5).
enum ZIPMethod: UInt16 {
    case stored = 0
    case deflated = 8
}
