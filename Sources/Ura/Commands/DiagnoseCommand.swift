import ArgumentParser
import GlobalConfiguration
import MessageLog
import Networking
import Storage

extension SecurityServerCommand {
    struct Diagnose: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Has every time-stamping authority stamp something, and names what does not work.",
            discussion: """
                Needs no running server: it acts by the settings and by the global configuration that the server keeps. Exit \
                status: 0 every authority stamps, 1 one does not or there is none.
                """)

        @Option(help: "Settings file of the security server.")
        var settings: String

        func run() async throws {
            let settings = try SecurityServerSettings.load(settings)
            let environment = SystemEnvironment()
            let bundle = try ConfigurationFolder.read(StateFolder(existing: settings.stateFolder).configuration)
            let isExpired = bundle.expires < environment.now()
            print("global configuration of \(bundle.instance): \(isExpired ? "EXPIRED at" : "valid until") \(bundle.expires)")
            let approved = try ConfigurationSnapshot(bundle, at: bundle.expires)
                .timestampAuthorities(named: settings.timestamping.authorities)
            if approved.authorities.isEmpty { print("no time-stamping authority is approved") }
            let caller = TimestampAuthorityClient(http: OutboundHTTP())
            var isSound = !approved.authorities.isEmpty && !isExpired
            for authority in approved.authorities {
                let diagnosis = await TimestampDiagnosis.make(
                    of: authority, certificates: approved.certificates, caller: caller, now: { environment.now() })
                print(diagnosis)
                if case .failure = diagnosis.outcome { isSound = false }
            }
            if !isSound { throw ExitCode(1) }
        }
    }
}
