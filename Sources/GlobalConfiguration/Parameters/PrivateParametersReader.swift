import XML
import XRoadModel

extension PrivateParameters {
    /// Reads private parameters; versions 2 and 3 differ only in that the later one may carry additional elements.
    package init(reading bytes: [UInt8]) throws(ConfigurationFailure) {
        let document = try parameterDocument(bytes, root: "conf")
        let root = document.root
        let service = try root.only("managementService")
        self.init(
            instance: try root.code("instanceIdentifier"),
            managementService: ManagementService(
                registrationAddress: try service.value("authCertRegServiceAddress").collapsed,
                registrationCertificate: try service.optional("authCertRegServiceCert")?.certificate(),
                provider: try service.only("managementRequestServiceProviderId").clientIdentifier()),
            timeStampingIntervalSeconds: try root.seconds("timeStampingIntervalSeconds"))
        anchors = try root.children("configurationAnchor", nil).map(ConfigurationAnchor.init(element:))
    }
}
