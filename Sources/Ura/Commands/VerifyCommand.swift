import ArgumentParser
import Exchange
import Foundation
import GlobalConfiguration
import MessageCodecs
import SignedDocuments
import Storage
import XRoadModel

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verifies signed containers offline, against a stored global configuration.",
        discussion: "Exit status: 0 all passed, 1 one failed, 2 one indeterminate, 64 wrong use.")

    @Argument(help: "Containers (ASiC-E).")
    var containers: [String]

    @Option(help: "Folder with a global configuration, ours or an X-Road security server's.")
    var configuration: String

    @Option(help: "Instance, where the folder does not say.")
    var instance: String?

    @Flag(help: "One JSON report per line.")
    var json = false

    func run() throws {
        let bundle = try ConfigurationFolder.read(configuration, instance: instance)
        // The configuration is judged as of its own time: evidence outlives it.
        let snapshot = try ConfigurationSnapshot(bundle, at: bundle.expires)
        let trust = snapshot.recordTrust(now: SystemEnvironment().now())
        let verifier = ContainerVerifier(RecordVerifier(trust: trust, sender: MessageSender.member(of:)))
        var worst = VerificationReport.Indication.totalPassed
        for path in containers {
            var report = verifier.verify(try FileBytes.read(path))
            report.subject = path
            worst = max(worst, report.indication)
            if json {
                print(String(decoding: try report.json(), as: UTF8.self))
            } else {
                print("\(path)\n\(report.text)")
            }
        }
        switch worst {
        case .totalPassed: return
        case .totalFailed: throw ExitCode(1)
        case .indeterminate: throw ExitCode(2)
        }
    }
}

/// Who must have signed a message: the client a request, the provider a response.
enum MessageSender {
    static func member(of message: [UInt8]) -> MemberIdentifier? {
        if let head = try? RESTRequestHead.decode(message) { return head.client.member }
        if let head = try? RESTResponseHead.decode(message) { return head.service?.provider.member }
        if case .message(let soap)? = try? SOAPMessage.read(message, contentType: .xml, .request) {
            return soap.header.client.member
        }
        if case .message(let soap)? = try? SOAPMessage.read(message, contentType: .xml, .response) {
            return soap.header.service.provider.member
        }
        return nil
    }
}
