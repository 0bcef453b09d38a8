extension PrivateParameters {
    /// The XML file in version 3.
    package func encoded() -> [UInt8] {
        ParameterWriter.document(root: "conf") { writer in
            writer.value("instanceIdentifier", instance)
            for anchor in anchors { writer.element("configurationAnchor") { anchor.write(to: &$0) } }
            writer.element("managementService") { writer in
                writer.value("authCertRegServiceAddress", managementService.registrationAddress)
                if let certificate = managementService.registrationCertificate {
                    writer.bytes("authCertRegServiceCert", certificate)
                }
                writer.identifier("managementRequestServiceProviderId", managementService.provider)
            }
            writer.value("timeStampingIntervalSeconds", String(timeStampingIntervalSeconds))
        }
    }
}
