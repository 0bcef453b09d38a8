import Foundation
import PKI
import SignedDocuments
import TestSupport
import Testing
import XRoadModel

@Suite struct ContainerArchiveTests {
    static func container(attachments: [String] = ["{}", ""]) throws -> SignedContainer {
        let example = try SignedExample(attachments: attachments)
        return SignedContainer(
            message: example.message,
            attachments: Dictionary(uniqueKeysWithValues: example.attachments.enumerated().map { ($0.offset + 1, $0.element) }),
            signature: example.data)
    }

    static func timestamped() throws -> SignedContainer {
        let container = try container()
        let documents = HashChainDocuments(result: Array("<result/>".utf8), chain: Array("<chain/>".utf8))
        return SignedContainer(
            message: container.message, attachments: container.attachments, signature: container.signature,
            timestamp: SignedContainer.Timestamp(token: [0x30, 0x00], hashChain: documents))
    }

    @Test func acceptedByTheReferees() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("container.asice", Self.timestamped().encode(recorded: signingTime))
        let unzip = try runTool("unzip", ["-t", file.path])
        #expect(unzip.status == 0, "\(unzip.text)")
        let script = """
            import sys, zipfile
            archive = zipfile.ZipFile(sys.argv[1])
            print(archive.testzip(), archive.comment.decode(), archive.infolist()[0].date_time)
            for entry in archive.infolist(): print(entry.filename, entry.compress_type, entry.flag_bits, len(entry.extra))
            print(archive.read('META-INF/manifest.xml').decode(), archive.read('META-INF/ASiCManifest.xml').decode())
            """
        let python = try runTool("python3", ["-c", script, file.path])
        let names = [
            "mimetype", "message.xml", "META-INF/signatures.xml", "sig-hashchainresult.xml", "sig-hashchain.xml",
            "ts-hashchainresult.xml", "ts-hashchain.xml", "META-INF/manifest.xml", "META-INF/ASiCManifest.xml",
            "META-INF/timestamp.tst", "attachment1", "attachment2",
        ]
        let lines = python.text.split(separator: "\n").map(String.init)
        #expect(lines.first == "None mimetype=application/vnd.etsi.asic-e+zip (2026, 11, 23, 13, 24, 44)", "\(python.errors)")
        #expect(Array(lines.dropFirst().prefix(names.count)) == names.map { "\($0) 0 0 0" })
        let head = try [UInt8](Data(contentsOf: file)).prefix(69)
        #expect(head.suffix(39).elementsEqual("mimetypeapplication/vnd.etsi.asic-e+zip".utf8))
        for name in ["META-INF/manifest.xml", "META-INF/ASiCManifest.xml"] {
            let document = try runTool("unzip", ["-p", file.path, name]).output
            #expect(try runTool("xmllint", ["--noout", "--nonet", "-"], input: document).status == 0)
        }
    }

    /// The container's manifest says what X-Road's says.
    @Test func manifestsOfTheReference() throws {
        guard let bytes = try Vectors.bytes("asic/valid-batch-ts.asice") else { return }
        let folder = try TemporaryFolder()
        let theirs = try folder.write("theirs", bytes)
        let ours = try folder.write("ours", SignedContainer(reading: bytes).encode(recorded: signingTime))
        for name in ["META-INF/manifest.xml", "META-INF/ASiCManifest.xml"] {
            let expected = try runTool("unzip", ["-p", theirs.path, name]).text
            #expect(try runTool("unzip", ["-p", ours.path, name]).text == expected)
        }
    }

    @Test func roundTrip() throws {
        for container in [try Self.container(attachments: []), try Self.container(), try Self.timestamped()] {
            let bytes = try container.encode(recorded: signingTime)
            #expect(try SignedContainer(reading: bytes) == container)
            #expect(try container.encode(recorded: signingTime) == bytes)
        }
    }

    static let times = [
        ("1969-12-31T23:59:59Z", "1980-01-01 00:00"), ("2107-12-31T23:59:59Z", "2107-12-31 23:59"),
        ("9999-12-31T23:59:59Z", "2107-12-31 23:59"),
    ]

    @Test(arguments: times) func timesAtTheEdgesOfZIP(_ time: String, _ expected: String) throws {
        let recorded = try #require(Instant(iso8601: time))
        let folder = try TemporaryFolder()
        let file = try folder.write("container.asice", Self.container().encode(recorded: recorded))
        #expect(try runTool("unzip", ["-l", file.path], environment: ["TZ": "UTC"]).text.contains(expected))
    }

    struct Alteration: Sendable, CustomTestStringConvertible {
        let name: String
        let alter: @Sendable (inout [UInt8]) -> Void
        var testDescription: String { name }
    }

    /// Offsets of the first entry, `mimetype`: local header at 0, its data at 38.
    static let alterations = [
        Alteration(name: "nothing at all") { $0 = [] },
        Alteration(name: "cut") { $0.removeLast() },
        Alteration(name: "trailing byte") { $0.append(0) },
        Alteration(name: "leading byte") { $0.insert(0, at: 0) },
        Alteration(name: "encrypted") { $0[6] |= 1 },
        Alteration(name: "another method in the local header") { $0[8] = 8 },
        Alteration(name: "another name in the local header") { $0[30] ^= 0x20 },
        Alteration(name: "another checksum in the local header") { $0[14] ^= 1 },
        Alteration(name: "another size in the local header") { $0[22] ^= 1 },
        Alteration(name: "content changed") { $0[40] ^= 1 },
        Alteration(name: "directory says encrypted") { $0[directory($0) + 8] |= 1 },
        Alteration(name: "both say encrypted") { bytes in
            bytes[6] |= 1
            bytes[directory(bytes) + 8] |= 1
        },
        Alteration(name: "unknown method") { bytes in
            bytes[8] = 12
            bytes[directory(bytes) + 10] = 12
        },
        Alteration(name: "ZIP64 size") {
            $0.replaceSubrange(directory($0) + 20..<directory($0) + 28, with: repeatElement(255, count: 8))
        },
        Alteration(name: "a size beyond the archive") { $0[directory($0) + 22] = 255 },
        Alteration(name: "an offset beyond the archive") { $0[directory($0) + 44] = 255 },
        Alteration(name: "the same entry twice in the directory") { $0[directory($0) + 42] = 1 },
        Alteration(name: "more entries than there are") { $0[$0.count - commentLength - 12] += 1 },
        Alteration(name: "another disk") { $0[directory($0) + 34] = 1 },
        Alteration(name: "the directory elsewhere") { $0[$0.count - commentLength - 6] ^= 1 },
        Alteration(name: "local extra field length") { $0[28] = 4 },
        Alteration(name: "flipped descriptor flag") { $0[6] ^= 8 },
    ]

    static let commentLength = "mimetype=application/vnd.etsi.asic-e+zip".utf8.count

    static func directory(_ bytes: [UInt8]) -> Int {
        let end = bytes.count - commentLength - 22
        return (0..<4).reduce(0) { $0 | Int(bytes[end + 16 + $1]) << (8 * $1) }
    }

    @Test(arguments: alterations) func alteredArchives(_ alteration: Alteration) throws {
        var bytes = try Self.container().encode(recorded: signingTime)
        alteration.alter(&bytes)
        #expect(outcome { _ = try SignedContainer(reading: bytes) } == "invalid_container")
    }

    /// No altered byte is read as another container than the original, but for the entries' times, versions and attributes.
    @Test func everyAlteredByte() throws {
        let original = try Self.container(attachments: ["{}"])
        let bytes = try original.encode(recorded: signingTime)
        for position in bytes.indices {
            var altered = bytes
            altered[position] ^= 0xff
            guard let container = try? SignedContainer(reading: altered) else { continue }
            #expect(container == original)
        }
    }

    struct Archive: Sendable, CustomTestStringConvertible {
        let name: String
        /// Python that fills `archive`.
        let script: String
        var expected = "invalid_container"
        var testDescription: String { name }
    }

    static let whole = "[add(n) for n in ('mimetype', 'message.xml', 'META-INF/signatures.xml')]"
    static let archives = [
        Archive(name: "complete", script: whole, expected: "valid"),
        Archive(name: "with a folder", script: "archive.mkdir('META-INF'); " + whole, expected: "valid"),
        Archive(name: "another folder", script: "archive.mkdir('x'); " + whole),
        Archive(name: "unknown entry", script: whole + "; add('README')"),
        Archive(name: "attachment without a number", script: whole + "; add('attachment')"),
        Archive(name: "second signature", script: whole + "; add('META-INF/signatures2.xml')"),
        Archive(name: "parent folder", script: whole + "; add('../message.xml')"),
        Archive(name: "absolute", script: whole + "; add('/message.xml')"),
        Archive(name: "empty step", script: whole + "; add('a//b')"),
        Archive(name: "drive", script: whole + "; add('C:message.xml')"),
        Archive(name: "backslash", script: whole + "; add('a\\\\b')"),
        Archive(name: "not ASCII", script: whole + "; add('m\\u0435ssage.xml')"),
        Archive(name: "twice", script: whole + "; add('message.xml')"),
        Archive(name: "twice but for case", script: whole + "; add('Message.xml')"),
        Archive(name: "folder with content", script: whole + "; add('folder/')"),
        Archive(name: "too many", script: whole + "; [add('attachment%d' % n) for n in range(1, 1100)]"),
        Archive(name: "bzip2", script: "archive.compression = zipfile.ZIP_BZIP2; " + whole),
        Archive(name: "ZIP64", script: whole + "; archive.open('big', 'w', force_zip64=True).close()"),
        Archive(name: "bomb", script: whole + "; archive.writestr('attachment1', bytes(20 << 20), zipfile.ZIP_DEFLATED)"),
        Archive(
            name: "no message", script: "add('mimetype'); add('META-INF/signatures.xml')", expected: "asic_message_not_found"),
        Archive(
            name: "empty message",
            script: whole.replacing("'message.xml', ", with: "") + "; archive.writestr('message.xml', b'')",
            expected: "asic_message_not_found"),
        Archive(
            name: "another type",
            script: whole.replacing("'mimetype', ", with: "") + "; archive.writestr('mimetype', b'application/zip')",
            expected: "asic_invalid_mime_type"),
        Archive(
            name: "half a hash chain", script: whole + "; add('sig-hashchain.xml')", expected: "asic_hash_chain_result_not_found"),
        Archive(
            name: "time-stamp without its token", script: whole + "; add('ts-hashchain.xml'); add('ts-hashchainresult.xml')",
            expected: "asic_timestamp_not_found"),
    ]

    @Test(arguments: archives) func otherWriters(_ archive: Archive) throws {
        let script = """
            import sys, warnings, zipfile
            warnings.simplefilter('ignore')
            archive = zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED)
            def add(name): archive.writestr(name, b'application/vnd.etsi.asic-e+zip' if name == 'mimetype' else b'content')
            \(archive.script)
            archive.close()
            """
        let folder = try TemporaryFolder()
        let file = folder.url.appendingPathComponent("container.asice")
        let result = try runTool("python3", ["-c", script, file.path])
        #expect(result.status == 0, "\(result.errors)")
        let bytes = try [UInt8](Data(contentsOf: file))
        var limits = ContainerLimits()
        limits.maximumContentBytes = 10 << 20
        #expect(outcome { _ = try SignedContainer(reading: bytes, limits: limits) } == archive.expected)
    }

    /// Content that is within every limit but a thousand times larger than the archive.
    @Test func bombWithinTheSizeLimit() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appendingPathComponent("container.asice")
        let script =
            "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED); z.writestr('mimetype', bytes(100 << 20))"
        _ = try runTool("python3", ["-c", script + "; z.close()", file.path])
        let bytes = try [UInt8](Data(contentsOf: file))
        #expect(bytes.count < 1 << 20)
        let failure = #expect(throws: SignedDocumentFailure.self) { try SignedContainer(reading: bytes) }
        #expect("\(failure as Any)".contains("bytes of content"))
    }

    /// A compressed entry whose declared size is a lie, in both headers.
    @Test func lyingSizes() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appendingPathComponent("container.asice")
        let script =
            "import sys, zipfile; zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED).writestr('mimetype', bytes(1000))"
        _ = try runTool("python3", ["-c", script, file.path])
        let bytes = try [UInt8](Data(contentsOf: file))
        let directory = try #require(bytes.divided(at: "PK\u{1}\u{2}")?.before.count)
        for size in [0, 1, 999, 1001] {
            var altered = bytes
            for position in [22, directory + 24] {
                altered[position] = UInt8(size & 0xff)
                altered[position + 1] = UInt8(size >> 8)
            }
            #expect(outcome { _ = try SignedContainer(reading: altered) } == "invalid_container")
        }
        #expect(outcome { _ = try SignedContainer(reading: bytes) } == "asic_invalid_mime_type")
    }
}
