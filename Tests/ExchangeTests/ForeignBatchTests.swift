import GlobalConfiguration
import MessageCodecs
import Networking
import PKI
import Testing
import XRoadModel

@testable import SignedDocuments

/// Batches that other security servers signed: good ones pass whatever their form, and what is remembered of a batch's signature
/// helps no message that is not covered by it.
@Suite struct ForeignBatchTests {
    /// As the message's place in batches of several sizes, with a body and without.
    @Test(arguments: [(1, 0), (2, 0), (2, 1), (5, 4), (64, 33), (1000, 999)], ["question", nil] as [String?])
    func goodBatches(_ place: (size: Int, index: Int), body: String?) async throws {
        try await World.run { world in
            world.service.answer(ScriptedAnswer(body: "answer".bytes))
            let batch = try world.batch(place.size, body: body)
            let answer = try await world.send(batch(place.index), as: world.instance.consumerTLS)
            #expect(answer.isMultipart, "\(String(decoding: answer.body, as: UTF8.self))")
            #expect(world.service.received.map(\.body) == [(body ?? "").bytes])
            try await world.expectRecords(consumer: 0, provider: 2)
        }
    }

    /// Not in the form of X-Road's marshaller, and as long as a chain may be.
    @Test(arguments: [1, 256]) func goodChainsOfOtherForms(steps: Int) async throws {
        try await World.run { world in
            var message = try world.forgedRequest()
            let parts = [message[.requestHead], message[.body]]
            let chain = HostileChain.long(steps, parts).chain
            // The result is what the verifier of single messages says it must be.
            let path = try HashChainPath(
                from: HashChainResult(uri: "/sig-hashchain.xml#STEP0", algorithm: .sha512, digest: [0]),
                in: [PartName.hashChain: chain])
            let result = HashChainText.result(
                of: DigestAlgorithm.sha512.digest(path.encodedRoot()), in: PartName.hashChain, .sha512)
            try message.signAnew(HashChainDocuments(result: result, chain: chain), by: world.instance.consumer)
            #expect(try await world.send(message, as: world.instance.consumerTLS).isMultipart)
        }
    }

    /// What costs a sender little may not cost the receiver much.
    @Test(arguments: HostileChain.all.filter { $0.what.contains(",") }.map(\.what)) func boundedTime(what: String) async throws {
        let hostile = try #require(HostileChain.requests.first { $0.testDescription.contains(what) })
        try await World.run { world in
            let message = try hostile.make(world)
            let elapsed = try await ContinuousClock().measure {
                try await world.expectRefusal(message, as: world.instance.consumerTLS, hostile.code)
            }
            #expect(elapsed < .seconds(10))
        }
    }

    /// A million steps do not fit into what is read of a hash chain.
    @Test func moreBytesThanAChainMayHave() async throws {
        try await World.run { world in
            var message = try world.forgedRequest()
            message[.hashChain] += [UInt8](repeating: UInt8(ascii: " "), count: 1 << 20)
            try await world.expectRefusal(message, as: world.instance.consumerTLS, "invalid_message")
        }
    }

    struct Spoiled: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let code: String
        let spoil: @Sendable (inout ForgedMessage, World, _ other: ForgedMessage) throws -> Void

        init(
            _ what: String, _ code: String,
            _ spoil: @escaping @Sendable (inout ForgedMessage, World, ForgedMessage) throws -> Void
        ) {
            testDescription = what
            self.code = code
            self.spoil = spoil
        }
    }

    static let spoiled: [Spoiled] = [
        Spoiled("hash chain of the other message", "malformed_signature.invalid_hash_chain") { message, _, other in
            message[.hashChain] = other[.hashChain]
        },
        Spoiled("hash chain of this message alone", "malformed_signature.invalid_hash_chain") { message, world, _ in
            message[.hashChain] = try world.batch(1, first: 1)(0)[.hashChain]
        },
        Spoiled("hash chain of this message alone with its result", "invalid_signature_value") { message, world, _ in
            let alone = try world.batch(1, first: 1)(0)
            message[.hashChain] = alone[.hashChain]
            message[.hashChainResult] = alone[.hashChainResult]
        },
        Spoiled("no hash chain", "invalid_reference") { message, _, _ in
            message.remove(.hashChain)
            message.remove(.hashChainResult)
        },
        Spoiled("tampered body", "malformed_signature.invalid_hash_chain") { message, _, _ in message[.body] = "Question".bytes },
        Spoiled("another signature value", "invalid_signature_value") { message, world, _ in
            let values = [message, try world.batch(3)(1)].map { message in
                String(decoding: message[.signature], as: UTF8.self).split(separator: "SignatureValue")[1].drop { $0 != ">" }
            }
            message.replace(.signature, String(values[0]), with: String(values[1]))
        },
        Spoiled("another signing time", "invalid_signature_value") { message, world, _ in
            message.replace(
                .signature, world.clock.now().description, with: world.clock.now().adding(seconds: 1).description)
        },
        Spoiled("old OCSP response", "invalid_cert_path.cert_validation") { message, world, _ in
            try message.replaceOCSP(
                world.instance.ocspResponse(
                    on: world.instance.consumer.certificate, at: world.clock.now().adding(seconds: -3601)))
        },
        Spoiled("OCSP response on another certificate", "invalid_cert_path.cert_validation") { message, world, _ in
            try message.replaceOCSP(
                world.instance.ocspResponse(on: world.instance.other.certificate, at: world.clock.now()))
        },
    ]

    /// One message of the batch has passed, so that its signature is remembered; the other one comes spoiled, and then as it should be.
    @Test(arguments: spoiled) func rememberedSignatures(_ spoiled: Spoiled) async throws {
        try await World.run { world in
            let batch = try world.batch(2)
            #expect(try await world.send(batch(0), as: world.instance.consumerTLS).isMultipart)
            var message = batch(1)
            try spoiled.spoil(&message, world, batch(0))
            try await world.expectSecondRefused(message, spoiled.code)
            #expect(try await world.send(batch(1), as: world.instance.consumerTLS).isMultipart)
            try await world.expectRecords(consumer: 0, provider: 4)
        }
    }

    /// A member signs for itself alone, also in a batch that is known.
    @Test func messageOfAnotherMember() async throws {
        try await World.run({ plan in
            plan.editParameters = { parameters in
                let server = parameters.securityServers[0]
                parameters.securityServers[0] = SecurityServer(
                    identifier: server.identifier, address: server.address,
                    authenticationCertificateHashes: server.authenticationCertificateHashes,
                    clients: server.clients + [TestInstance.other])
            }
            plan.provider.permit(TestInstance.other)
        }) { world in
            let batch = try world.batch(2) { $0 == 1 ? $1.replacing("M1/consumer", with: "M3/other") : $1 }
            #expect(try await world.send(batch(0), as: world.instance.consumerTLS).isMultipart)
            try await world.expectSecondRefused(batch(1), "incorrect_certificate")
        }
    }

    /// What was good an hour ago is judged as of now.
    @Test func oldBatch() async throws {
        try await World.run { world in
            let batch = try world.batch(2)
            #expect(try await world.send(batch(0), as: world.instance.consumerTLS).isMultipart)
            world.clock.advance(seconds: 3601)
            var message = batch(1)
            message[.ocspResponse] = try world.instance.ocspResponse(
                on: world.instance.consumerTLS.certificate, at: world.clock.now()
            ).der
            try await world.expectSecondRefused(message, "invalid_cert_path.cert_validation")
        }
    }
}

extension PeerAnswer {
    fileprivate var isMultipart: Bool { values("content-type").first?.hasPrefix("multipart/mixed") == true }
}

extension ForgedMessage {
    /// In the signature document, which stays the same otherwise.
    fileprivate mutating func replaceOCSP(_ response: OCSPResponse) throws {
        let text = String(decoding: self[.signature], as: UTF8.self)
        let value = try #require(text.firstMatch(of: /<xades:EncapsulatedOCSPValue[^>]*>([^<]*)</)).output.1
        replace(.signature, String(value), with: Base64.encode(response.der))
    }
}

extension World {
    /// The messages of a batch that the consumer's member signed, made one by one; identifiers count from `first`.
    fileprivate func batch(
        _ size: Int, first: Int = 0, body: String? = "question", head edit: (Int, String) -> String = { $1 }
    ) throws -> (Int) -> ForgedMessage {
        let heads = (0..<size).map { edit($0, Self.forgedHead.replacing("id-1", with: "id-\(first + $0)")).bytes }
        let digest = DigestAlgorithm.sha512
        let messages = heads.map { head in
            MessageDigests(message: digest.digest(head), attachments: body.map { [digest.digest($0.bytes)] } ?? [])
        }
        let status = try instance.ocspResponse(on: instance.consumer.certificate, at: clock.now())
        let signatures = try instance.consumer.composer()
            .compose(messages, signingTime: clock.now(), ocspResponse: status.der)
        let template = try forgedRequest(body: body?.bytes)
        return { index in
            var message = template
            message[.requestHead] = heads[index]
            for role in [ForgedMessage.Role.hashChainResult, .hashChain, .signature] { message.remove(role) }
            if let chain = signatures[index].hashChain {
                message.append(.hashChainResult, chain.result)
                message.append(.hashChain, chain.chain)
            }
            message.append(.signature, signatures[index].signature)
            return message
        }
    }

    /// After one message has passed: nothing more is called or kept.
    fileprivate func expectSecondRefused(_ message: ForgedMessage, _ code: String, _ location: SourceLocation = #_sourceLocation)
        async throws
    {
        let answer = try await send(message, as: instance.consumerTLS)
        #expect(answer.status == 200, sourceLocation: location)
        let fault = try ObservedFault(soap: answer.body, contentTypes: answer.values("content-type"), location)
        #expect(fault.code == "server.serverproxy." + code, "\(fault.message)", sourceLocation: location)
        #expect(service.received.count == 1, sourceLocation: location)
        try await expectRecords(consumer: 0, provider: 2, location)
    }
}
