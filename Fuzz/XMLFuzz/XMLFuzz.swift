import XML

/// Any bytes: refused with a typed failure, or accepted by both of our readings alike and canonical for good.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard let document = try? XMLDocument(parsing: [UInt8](UnsafeBufferPointer(start: start, count: count))) else { return 0 }
    if document.encoding == .utf8 {
        do { _ = try XMLEventScanner.events(in: document) } catch { fatalError("\(error)") }
    }
    for method in CanonicalizationMethod.allCases {
        guard let once = try? document.canonical(document.root, method) else { continue }
        do {
            let again = try XMLDocument(parsing: once)
            guard try again.canonical(again.root, method) == once else { fatalError("not stable") }
        } catch XMLFailure.limitExceeded {
            continue
        } catch {
            fatalError("\(error)")
        }
    }
    return 0
}
