import CSecurity

/// The few records of the ZIP format that containers use (PKWARE APPNOTE 4.3): no ZIP64, no encryption, one disk.
enum ZIPFormat {
    static let localHeaderSignature: UInt32 = 0x0403_4b50
    static let dataDescriptorSignature: UInt32 = 0x0807_4b50
    static let centralHeaderSignature: UInt32 = 0x0201_4b50
    static let endSignature: UInt32 = 0x0605_4b50

    static let localHeaderLength = 30
    static let dataDescriptorLength = 16
    static let centralHeaderLength = 46
    static let endLength = 22

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
