import GlobalConfiguration
import PKI
import Synchronization
import XRoadModel

/// Publishes an instance's configuration: the signed directory and the files it names. The files have addresses by content, so
/// that a client that holds an earlier directory still gets what that one lists.
package final class ConfigurationPublisher: Sendable {
    private let key: PrivateKey
    private let certificate: Certificate
    private let validitySeconds: Int64
    private let state: Mutex<State>

    private struct State {
        var files: PublishedFiles
        var directory: [UInt8]
        /// Files of earlier registries by path, until the last directory that lists them has expired.
        var retired: [String: (bytes: [UInt8], until: Instant)] = [:]
        var expires: Instant
    }

    /// X-Road's `confExpireIntervalSeconds`; a directory is signed anew every 60 s, so that nine minutes without the central
    /// server do no harm.
    package static let defaultValiditySeconds: Int64 = 600

    /// Signs at once. `certificate` carries the public key to the clients, nothing else in it counts.
    package init(
        registry: Registry, key: PrivateKey, certificate: Certificate,
        validitySeconds: Int64 = defaultValiditySeconds, at instant: Instant
    ) throws(RegistryFailure) {
        guard key.publicKey == certificate.publicKey else { throw .keyDoesNotFitCertificate }
        self.key = key
        self.certificate = certificate
        self.validitySeconds = validitySeconds
        let files = try PublishedFiles(registry, signedWith: certificate)
        let expires = instant.adding(seconds: validitySeconds)
        state = Mutex(
            State(
                files: files, directory: try files.directory(until: expires, key: key, certificate: certificate), expires: expires
            ))
    }

    /// Signs the same files anew.
    package func sign(at instant: Instant) throws(RegistryFailure) { try publish(nil, at: instant) }

    /// Publishes other content. What earlier directories list stays available until they expire.
    package func replace(_ registry: Registry, at instant: Instant) throws(RegistryFailure) {
        try publish(PublishedFiles(registry, signedWith: certificate), at: instant)
    }

    private func publish(_ files: PublishedFiles?, at instant: Instant) throws(RegistryFailure) {
        try state.withLock { (state) throws(RegistryFailure) in
            let files = files ?? state.files
            let expires = instant.adding(seconds: validitySeconds)
            let directory = try files.directory(until: expires, key: key, certificate: certificate)
            for (path, bytes) in state.files.byPath { state.retired[path] = (bytes, state.expires) }
            state.retired = state.retired.filter { instant <= $0.value.until }
            state.files = files
            state.directory = directory
            state.expires = expires
        }
    }

    /// The answer to a GET request. `/internalconf` gives the directory, in version 5 only (PR-GCONF 2.7).
    package func answer(path: String, query: String?) -> PublishedAnswer {
        state.withLock { state in
            if path == "/internalconf" {
                let versions = (query ?? "").split(separator: "&").filter { $0.hasPrefix("version=") }
                guard versions.allSatisfy({ $0 == "version=\(ConfigurationVersion.current)" }) else { return .notFound }
                return PublishedAnswer(contentType: SignedDirectory.contentType, body: state.directory)
            }
            guard let file = state.files.byPath[path] ?? state.retired[path]?.bytes else { return .notFound }
            return PublishedAnswer(contentType: "text/xml; charset=UTF-8", body: file)
        }
    }

    /// The anchor to hand out for this publisher, which is reached at `downloadURL` (`http://HOST[:PORT]/internalconf`).
    package func anchor(downloadURL: String, generatedAt: Instant) -> ConfigurationAnchor {
        ConfigurationAnchor(
            generatedAt: generatedAt, instance: state.withLock { $0.files.instance },
            sources: [.init(downloadURL: downloadURL, verificationCertificates: [certificate.der])])
    }
}

/// What to answer over HTTP.
package struct PublishedAnswer: Sendable, Equatable {
    /// 200 or 404.
    package let status: Int
    package let contentType: String
    package let body: [UInt8]

    static let notFound = PublishedAnswer(status: 404, contentType: "text/plain; charset=UTF-8", body: Array("not found\n".utf8))

    init(status: Int = 200, contentType: String, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}
