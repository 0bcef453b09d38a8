import MessageCodecs
import XRoadModel

/// Turns a failure into the one fault that its caller understands, with the id that leads to the log line.
package struct FaultSender: Sendable {
    private let spelling: FaultSpelling
    private let soapStatus: Int
    private let makeIdentifier: @Sendable () -> String

    /// `soapStatus`: HTTP status of SOAP faults towards information systems, 200 as X-Road or 500.
    package init(spelling: FaultSpelling, soapStatus: Int, makeIdentifier: @escaping @Sendable () -> String) {
        self.spelling = spelling
        self.soapStatus = soapStatus
        self.makeIdentifier = makeIdentifier
    }

    /// What will be told, noted in the record: the log has its line before the caller has its answer.
    func prepare(_ failure: ExchangeFailure, on side: ExchangeSide, record: inout ExchangeRecord) -> PreparedFault {
        let prepared =
            switch failure {
            case .peerFault(let fault, let bytes), .serviceFault(let fault, let bytes):
                PreparedFault(fault: fault, passedOn: bytes)
            default: PreparedFault(fault: fault(for: failure, side), passedOn: nil)
            }
        record.fault = (prepared.fault.code, prepared.fault.detail, "\(failure)")
        return prepared
    }

    /// A caller that is gone meanwhile needs no answer.
    func send(_ prepared: PreparedFault, to form: CallerForm, through reply: any CallerReply) async {
        switch form {
        case .peer, .soap:
            let status = if case .soap = form { soapStatus } else { 200 }
            try? await reply.respond(
                status: status, headers: [("Content-Type", ContentType.xml.text)],
                body: prepared.passedOn ?? prepared.fault.soap())
        case .rest(let accept):
            let error = RESTError(prepared.fault, accept: accept)
            try? await reply.respond(
                status: error.status, headers: [("Content-Type", error.contentType), ("X-Road-Error", error.code)],
                body: error.body)
        }
    }

    private func fault(for failure: ExchangeFailure, _ side: ExchangeSide) -> Fault {
        let internalError = ReportedFault(
            path: FaultPath(side == .consumer ? .consumerServer : .providerServer, .internalError), message: "Internal error")
        let reported = failure.reported(on: side) ?? internalError
        return Fault(reported.path, spelling, message: reported.message, detail: makeIdentifier())
    }
}

/// A fault that is ready to be sent.
struct PreparedFault {
    let fault: Fault
    /// The bytes of another server's or a service's own fault, handed on as they came.
    let passedOn: [UInt8]?
}
