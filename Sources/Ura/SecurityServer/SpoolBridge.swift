import Exchange
import MessageLog
import Networking
import PKI

/// Bodies in the journal's content folder.
struct Spooling: BodySpooling {
    let folder: String

    func makeSpool(limit: Int, digests: [DigestAlgorithm]) -> any Exchange.BodySpool {
        var settings = SpoolSettings(folder: folder)
        settings.limit = limit
        return Spool(spool: Networking.BodySpool(settings, digests: digests))
    }
}

private struct Spool: Exchange.BodySpool {
    let spool: Networking.BodySpool

    func append(_ bytes: [UInt8]) async throws(TransferFailure) {
        do { try await spool.append(bytes) } catch { throw TransferFailure(error) }
    }

    func finish() async throws(TransferFailure) -> any Exchange.SpooledBody {
        do { return Body(body: try await spool.finish()) } catch { throw TransferFailure(error) }
    }
}

private struct Body: Exchange.SpooledBody {
    let body: Networking.SpooledBody

    var byteCount: Int { body.byteCount }
    var journaled: JournaledBody { body.journaled }
    func digest(_ algorithm: DigestAlgorithm) -> [UInt8]? { body.digest(algorithm) }
    func source() -> any BodySource { Source(reader: body.reader()) }
}

private struct Source: BodySource {
    let reader: SpooledBodyReader

    func next() async throws(TransferFailure) -> [UInt8]? {
        do { return try await reader.next() } catch { throw TransferFailure(error) }
    }
}
