import GlobalConfiguration

/// The content of an instance's configuration, checked: what the central server publishes.
package struct Registry: Sendable {
    /// Host name or IP address of the central server.
    package let address: String
    /// Without sources: these carry the signing certificate, which the publisher knows.
    package let shared: SharedParameters
    package let privateParameters: PrivateParameters

    package var instance: String { shared.instance }

    /// `read` gives the content of a PEM file that the document names.
    package init(
        _ document: RegistryDocument, reading read: @escaping (String) throws -> [UInt8]
    ) throws(RegistryFailure) {
        let entries = try RegistryEntries(document, reading: read)
        address = try RegistryEntries.address(document.address, of: "address")
        shared = try entries.sharedParameters()
        privateParameters = try entries.privateParameters()
    }
}
