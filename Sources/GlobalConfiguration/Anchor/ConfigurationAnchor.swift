import XML
import XRoadModel

/// Where an instance's configuration is and with which certificates it is verified (PR-GCONF 2.2, annex E). Whoever installs a
/// security server compares the anchor's fingerprint with what the governing authority has told him.
package struct ConfigurationAnchor: Sendable, Equatable {
    package let generatedAt: Instant?
    package let instance: String
    package let sources: [Source]

    package struct Source: Sendable, Equatable {
        package let downloadURL: String
        /// DER; only the keys count.
        package let verificationCertificates: [[UInt8]]

        package init(downloadURL: String, verificationCertificates: [[UInt8]]) {
            self.downloadURL = downloadURL
            self.verificationCertificates = verificationCertificates
        }
    }

    package init(generatedAt: Instant?, instance: String, sources: [Source]) {
        self.generatedAt = generatedAt
        self.instance = instance
        self.sources = sources
    }
}

extension ConfigurationAnchor {
    package init(reading bytes: [UInt8]) throws(ConfigurationFailure) {
        do {
            let document = try parameterDocument(bytes, root: "configurationAnchor")
            try self.init(element: document.root)
        } catch .malformedParameters(let reason) {
            throw .malformedAnchor(reason)
        }
    }

    init(element: XMLElement) throws(ConfigurationFailure) {
        let date = try element.optionalValue("generatedAt")?.collapsed
        let generatedAt = date.flatMap(Instant.init(iso8601:))
        guard date == nil || generatedAt != nil else { throw .malformedParameters("generatedAt is not a date with time") }
        let sources = try element.children("source", nil).map { (source) throws(ConfigurationFailure) in
            Source(
                downloadURL: try source.value("downloadURL").collapsed,
                verificationCertificates: try source.certificates("verificationCert"))
        }
        guard !sources.isEmpty, !sources.contains(where: \.verificationCertificates.isEmpty) else {
            throw .malformedParameters("an anchor needs a source, and each source a verification certificate")
        }
        self.init(generatedAt: generatedAt, instance: try element.code("instanceIdentifier"), sources: sources)
    }

    /// The XML file to hand to the operators of security servers.
    package func encoded() -> [UInt8] {
        ParameterWriter.document(root: "configurationAnchor") { write(to: &$0) }
    }

    func write(to writer: inout ParameterWriter) {
        writer.optional("generatedAt", generatedAt?.description)
        writer.value("instanceIdentifier", instance)
        for source in sources {
            writer.element("source") { writer in
                writer.value("downloadURL", source.downloadURL)
                for certificate in source.verificationCertificates { writer.bytes("verificationCert", certificate) }
            }
        }
    }
}
