import Foundation
import PKI
import Testing

@Suite struct EncodingTests {
    /// RFC 4648 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func base64(plain: String, encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(plain.utf8))
    }

    @Test func base64OfEveryByte() {
        let bytes = (0...255).map(UInt8.init)
        #expect(Base64.decode(Base64.encode(bytes)) == bytes)
    }

    /// Foundation's as the referee.
    @Test(arguments: 0..<70)
    func base64OfAnyLength(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
        let text = Base64.encode(bytes)
        #expect(text == Data(bytes).base64EncodedString())
        #expect(Base64.decode(text) == bytes)
        for index in text.utf8.indices {
            var altered = Array(text.utf8)
            altered[text.utf8.distance(from: text.utf8.startIndex, to: index)] = UInt8(ascii: "*")
            #expect(Base64.decode(String(decoding: altered, as: UTF8.self)) == nil)
        }
    }

    @Test(arguments: ["Z", "Zg", "Zg=", "Zh==", "Zm9=", "Zg==Zg==", "=Zg=", "====", "Zm 9v", "Zm9v\n", "Zm-_", "Zm9v=", "é§=="])
    func base64Refuses(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test func base64PassesOverSpaceWhereAsked() {
        #expect(Base64.decode(spaced: " Zm9v\r\n\tYmFy ") == Array("foobar".utf8))
        #expect(Base64.decode(spaced: "Zm9v.YmFy") == nil)
    }

    @Test func hexadecimal() {
        #expect(Hexadecimal.encode([0, 0x9F, 0xFF]) == "009fff")
        #expect(Hexadecimal.decode("009FfF") == [0, 0x9F, 0xFF])
        #expect(Hexadecimal.decode("") == [])
        for text in ["0", "0g", "0x00", " 00", "é0"] { #expect(Hexadecimal.decode(text) == nil) }
    }

    @Test func pem() {
        let bytes = (0..<100).map(UInt8.init)
        let text = "heading\n" + PEM.encode(bytes, label: "X") + PEM.encode([1], label: "Y") + PEM.encode([2], label: "X")
        #expect(PEM.decode(text, label: "X") == [bytes, [2]])
        #expect(PEM.decode(text.replacing("\n", with: "\r\n"), label: "X") == [bytes, [2]])
        #expect(PEM.decode("-----BEGIN X-----\nAA==\n", label: "X") == nil)
        #expect(PEM.decode("-----BEGIN X-----\nAA=\n-----END X-----", label: "X") == nil)
    }
}
