import MessageLog
import Testing

@Suite struct ContentSealTests {
    private static let key = ContentKey(bytes: [UInt8](repeating: 7, count: 32))

    @Test func chunkIsBoundToItsPlaceAndKey() throws {
        let key = try #require(Self.key)
        let other = try #require(ContentKey(bytes: [UInt8](repeating: 8, count: 32)))
        let plain: [UInt8] = [1, 2, 3]
        let sealed = try ContentSeal.seal(plain, number: 2, isLast: false, key: key)
        #expect(sealed.count == plain.count + 16)
        #expect(try ContentSeal.open(sealed, number: 2, isLast: false, key: key) == plain)
        #expect(try ContentSeal.open(sealed, number: 1, isLast: false, key: key) == nil)
        #expect(try ContentSeal.open(sealed, number: 2, isLast: true, key: key) == nil)
        #expect(try ContentSeal.open(sealed, number: 2, isLast: false, key: other) == nil)
        #expect(try ContentSeal.open(Array(sealed.dropLast()), number: 2, isLast: false, key: key) == nil)
        #expect(try ContentSeal.open([], number: 2, isLast: false, key: key) == nil)
    }

    @Test(arguments: [(0, 1), (1, 1), (65_536, 1), (65_537, 2), (131_072, 2), (131_073, 3)])
    func lengths(_ byteCount: Int, _ chunks: Int) {
        #expect(ContentSeal.chunkCount(byteCount: byteCount) == chunks)
        #expect(ContentSeal.fileLength(byteCount: byteCount) == byteCount + 16 * chunks)
    }

    @Test func keyHasItsLength() { #expect(ContentKey(bytes: [1, 2, 3]) == nil) }
}
