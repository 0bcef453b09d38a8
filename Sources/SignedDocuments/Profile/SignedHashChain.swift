/// Rule: a hash chain that came along is signed. One that is not proves nothing of the parts in it, although it looks as if it did.
enum SignedHashChain {
    static func check(_ information: SignedInformation, _ hashChain: HashChainDocuments?) throws(SignedDocumentFailure) {
        guard information.isToHashChain || hashChain == nil else {
            throw .malformedSignature("a hash chain came along that is not signed")
        }
    }
}
