import PKI
import TestSupport
import Testing
import XRoadModel

@Suite struct ChainTests {
    private let tool: OpenSSLAuthority
    private let root: OpenSSLAuthority.Issued
    /// After every certificate that a test makes.
    private let now = presentInstant().adding(seconds: 600)

    init() throws {
        tool = try OpenSSLAuthority()
        root = try tool.issue("/O=Test/CN=Root", extensions: OpenSSLAuthority.rootExtensions, days: 60)
    }

    @Test func leafUnderTheRoot() throws {
        let leaf = try tool.issue("/CN=leaf", by: root, extensions: OpenSSLAuthority.signingExtensions)
        let chain = try ChainVerifier(anchors: [root.certificate]).chain(from: leaf.certificate, for: .signing, at: now)
        #expect(chain.certificates == [leaf.certificate, root.certificate])
        #expect(chain.leaf == leaf.certificate && chain.issuer == root.certificate && chain.anchor == root.certificate)
        #expect(chain.validUntil == leaf.certificate.notAfter)
        #expect(throws: PKIFailure.unsuitable(certificate: "CN=leaf", use: .authentication)) {
            try ChainVerifier(anchors: [root.certificate]).chain(from: leaf.certificate, for: .authentication, at: now)
        }
    }

    @Test func leafUnderAnIntermediate() throws {
        let middle = try tool.issue("/CN=middle", by: root, extensions: ["basicConstraints=critical,CA:TRUE,pathlen:0"])
        let leaf = try tool.issue("/CN=leaf", by: middle, extensions: OpenSSLAuthority.signingExtensions)
        let expected = [leaf.certificate, middle.certificate, root.certificate]
        let configured = ChainVerifier(anchors: [root.certificate], intermediates: [middle.certificate])
        #expect(try configured.chain(from: leaf.certificate, at: now).certificates == expected)
        let verifier = ChainVerifier(anchors: [root.certificate])
        #expect(try verifier.chain(from: leaf.certificate, supplied: [middle.certificate], at: now).certificates == expected)
        #expect(throws: PKIFailure.self) { try verifier.chain(from: leaf.certificate, at: now) }
        let anchored = ChainVerifier(anchors: [middle.certificate])
        #expect(try anchored.chain(from: leaf.certificate, at: now).certificates == [leaf.certificate, middle.certificate])

        let lower = try tool.issue("/CN=lower", by: middle, extensions: OpenSSLAuthority.rootExtensions)
        let deep = try tool.issue("/CN=deep", by: lower, extensions: OpenSSLAuthority.signingExtensions)
        #expect(refusal(of: deep, supplied: [middle.certificate, lower.certificate])?.contains("path length") == true)
    }

    /// Each issuer is not what an issuer must be.
    @Test(arguments: [
        ["basicConstraints=CA:FALSE"], ["keyUsage=keyCertSign"], ["basicConstraints=CA:TRUE", "keyUsage=digitalSignature"], [],
        ["basicConstraints=CA:TRUE", "1.2.3.4=critical,DER:0500"],
        ["basicConstraints=CA:TRUE", "nameConstraints=critical,permitted;dirName:permitted\n[permitted]\nO=Other"],
    ])
    func noAuthority(extensions: [String]) throws {
        let middle = try tool.issue("/CN=middle", by: root, extensions: extensions)
        let leaf = try tool.issue("/O=This/CN=leaf", by: middle, extensions: OpenSSLAuthority.signingExtensions)
        #expect(refusal(of: leaf, supplied: [middle.certificate]) != nil)
    }

    @Test func validityAtBothEnds() throws {
        let leaf = try tool.issue("/CN=leaf", by: root, extensions: OpenSSLAuthority.signingExtensions).certificate
        let verifier = ChainVerifier(anchors: [root.certificate])
        let before = leaf.notBefore.adding(seconds: -1)
        #expect(throws: Never.self) { try verifier.chain(from: leaf, at: leaf.notBefore) }
        #expect(throws: PKIFailure.self) { try verifier.chain(from: leaf, at: before) }
        let after = leaf.notAfter.adding(seconds: 1)
        #expect(throws: Never.self) { try verifier.chain(from: leaf, at: leaf.notAfter.adding(seconds: -1)) }
        #expect(throws: PKIFailure.expired(certificate: "CN=leaf", until: leaf.notAfter, at: after)) {
            try verifier.chain(from: leaf, at: after)
        }
    }

    @Test func expiredAuthority() throws {
        let short = try tool.issue("/CN=short", extensions: OpenSSLAuthority.rootExtensions, days: 1)
        let leaf = try tool.issue("/CN=leaf", by: short, extensions: OpenSSLAuthority.signingExtensions)
        let later = now.adding(seconds: 2 * 86_400)
        #expect(throws: PKIFailure.expired(certificate: "CN=short", until: short.certificate.notAfter, at: later)) {
            try ChainVerifier(anchors: [short.certificate]).chain(from: leaf.certificate, at: later)
        }
    }

    @Test func strangerWithTheSameName() throws {
        let impostor = try tool.issue("/O=Test/CN=Root", extensions: OpenSSLAuthority.rootExtensions)
        let leaf = try tool.issue("/CN=leaf", by: impostor, extensions: OpenSSLAuthority.signingExtensions)
        #expect(refusal(of: leaf, supplied: [impostor.certificate]) != nil)
    }

    @Test func anchorAndSelfSignedAreNoLeaves() throws {
        let selfSigned = try tool.issue("/CN=self", extensions: OpenSSLAuthority.signingExtensions)
        #expect(refusal(of: selfSigned) != nil)
        #expect(refusal(of: root)?.contains("authority itself") == true)
        #expect(throws: PKIFailure.self) { try ChainVerifier(anchors: []).chain(from: selfSigned.certificate, at: now) }
    }

    @Test(arguments: [("sha1", "ec"), ("sha256", "rsa:1024"), ("md5", "ec")])
    func weakAlgorithms(digest: String, key: String) throws {
        let rsaRoot = try tool.issue("/CN=rsa", extensions: OpenSSLAuthority.rootExtensions, key: "rsa:2048")
        let leaf = try tool.issue(
            "/CN=weak", by: rsaRoot, extensions: OpenSSLAuthority.signingExtensions, digest: digest, key: key)
        let current = ChainVerifier(anchors: [rsaRoot.certificate])
        let historical = ChainVerifier(anchors: [rsaRoot.certificate], algorithms: .historical)
        #expect(throws: PKIFailure.self) { try current.chain(from: leaf.certificate, at: now) }
        if digest == "md5" {
            #expect(throws: PKIFailure.self) { try historical.chain(from: leaf.certificate, at: now) }
        } else {
            #expect(throws: Never.self) { try historical.chain(from: leaf.certificate, at: now) }
        }
    }

    @Test func lengthIsBounded() throws {
        var issuer = root
        var between: [Certificate] = []
        for level in 1...7 {
            issuer = try tool.issue("/CN=level \(level)", by: issuer, extensions: OpenSSLAuthority.rootExtensions)
            between.append(issuer.certificate)
            let leaf = try tool.issue("/CN=leaf \(level)", by: issuer, extensions: OpenSSLAuthority.signingExtensions)
            #expect((refusal(of: leaf, supplied: between) == nil) == (level <= 6), "\(level)")
        }
        let many = [Certificate](repeating: root.certificate, count: 17)
        #expect(refusal(of: root, supplied: many)?.contains("17 certificates") == true)
    }

    private func refusal(of leaf: OpenSSLAuthority.Issued, supplied: [Certificate] = []) -> String? {
        do {
            _ = try ChainVerifier(anchors: [root.certificate]).chain(from: leaf.certificate, supplied: supplied, at: now)
            return nil
        } catch {
            return "\(error)"
        }
    }
}
