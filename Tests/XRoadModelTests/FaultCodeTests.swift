import Testing
import XRoadModel

@Suite struct FaultCodeTests {
    @Test func bothSpellingsAreReadAndDistinct() {
        for code in FaultCode.allCases where code != .unknownHost {
            for spelling in FaultSpelling.allCases { #expect(FaultCode(text: code.text(spelling)) == code) }
        }
        #expect(FaultCode(text: FaultCode.unknownHost.text(.snakeCase)) == .unknownHost)
        #expect(FaultCode(text: FaultCode.unknownHost.text(.camelCase)) == .networkError)
    }

    @Test(arguments: [
        ("server.serverproxy.access_denied", "Server.ServerProxy.AccessDenied", FaultPath(.providerServer, .accessDenied)),
        (
            "server.clientproxy.service_failed.missing_body", "Server.ClientProxy.ServiceFailed.MissingBody",
            FaultPath(.consumerServer, .serviceFailed, .missingBody)
        ), ("client.bad_request", "Client.BadRequest", FaultPath(.client, .badRequest)),
        (
            "server.clientproxy.ssl_authentication_failed", "Server.ClientProxy.SslAuthenticationFailed",
            FaultPath(.consumerServer, .tlsAuthenticationFailed)
        ),
        (
            "server.clientproxy.global_conf_outdated", "Server.ClientProxy.OutdatedGlobalConf",
            FaultPath(.consumerServer, .outdatedGlobalConfiguration)
        ),
    ])
    func paths(newer: String, older: String, path: FaultPath) {
        #expect(path.text(.snakeCase) == newer)
        #expect(path.text(.camelCase) == older)
        #expect(FaultPath(text: newer) == path)
        #expect(FaultPath(text: older) == path)
    }

    @Test(arguments: [
        "", "client", "client.", "CODE", "soap:Server", "server.clientproxy.", "server.clientproxy.unheard_of",
        "server.AccessDenied",
        "server.clientproxy..access_denied", "server.clientproxy.access_denied.", "Client.bad_request.nonsense",
    ])
    func otherTextsAreNoPaths(text: String) {
        #expect(FaultPath(text: text) == nil)
    }
}
