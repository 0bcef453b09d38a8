/// What one run tries: any bytes; it stops the process where a property does not hold.
typealias FuzzTarget = @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt

@_silgen_name("LLVMFuzzerRunDriver")
func runFuzzer(
    _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ target: FuzzTarget
) -> CInt

let targets: [String: FuzzTarget] = [
    "note": fuzzNote, "witness-request": fuzzWitnessRequest, "proof-file": fuzzProofFile, "statement": fuzzStatement,
]

guard let name = CommandLine.arguments.dropFirst().first, let target = targets[name] else {
    print("usage: MessageLogFuzz (\(targets.keys.sorted().joined(separator: " | "))) [libFuzzer options] [corpus folders]")
    fatalError("no such target")
}
var count = CommandLine.argc - 1
var arguments = CommandLine.unsafeArgv + 1
_ = runFuzzer(&count, &arguments, target)
