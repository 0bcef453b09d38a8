// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target: Swift 6 mode, warnings are errors.
let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

/// Debian's include folders. pkg-config is not used: SwiftPM drops its -D flags, which changes xmlsec's ABI
/// (see docs/decisions/0001-c-shim.md); the defines stand in the shim and are asserted there.
let securityHeaders: [CSetting] = [
    .unsafeFlags(["-I/usr/include/libxml2", "-I/usr/include/xmlsec1", "-Wall", "-Wextra", "-Werror"])
]

func target(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies + ["TestSupport"], resources: resources, swiftSettings: strict)
}

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
]
let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "ura",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "ura", targets: ["Ura"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio.git", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log.git", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", exact: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", exact: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift.git", exact: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams.git", exact: "6.2.2"),
    ],
    targets: [
        // C
        .target(
            name: "CSecurity",
            cSettings: securityHeaders,
            linkerSettings: ["ssl", "crypto", "xmlsec1-openssl", "xmlsec1", "xml2", "z"].map { .linkedLibrary($0) }),
        .target(
            name: "CCurl", cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])], linkerSettings: [.linkedLibrary("curl")]),
        .target(name: "CPrograms", cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]),

        // foundations
        target("XRoadModel"),
        target("PKI", ["CSecurity", "XRoadModel"]),
        target("XML", ["CSecurity"]),

        // pure cores
        target("MessageCodecs", ["XRoadModel", "XML", "PKI"]),
        target("SignedDocuments", ["CSecurity", "XRoadModel", "XML", "PKI"]),
        target("GlobalConfiguration", ["XRoadModel", "XML", "PKI"]),
        target("AccessPolicy", ["XRoadModel"]),

        // use cases
        target("MessageLog", ["XRoadModel", "PKI", "SignedDocuments"]),
        target(
            "Exchange",
            ["XRoadModel", "PKI", "MessageCodecs", "SignedDocuments", "GlobalConfiguration", "AccessPolicy", "MessageLog", log]),

        // adapters
        target("KeyVault", ["XRoadModel", "PKI", "SignedDocuments"]),
        target(
            "Storage",
            [
                "CPrograms", "XRoadModel", "PKI", "SignedDocuments", "GlobalConfiguration", "MessageLog",
                .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        target("Networking", ["CSecurity", "CCurl", "XRoadModel", "PKI", "MessageLog", log, lifecycle] + nio),

        // applications
        target("CentralServer", ["XRoadModel", "PKI", "GlobalConfiguration"]),
        target("TestAuthority", ["XRoadModel", "PKI", "KeyVault"]),

        // composition
        .executableTarget(
            name: "Ura",
            dependencies: [
                "AccessPolicy", "CentralServer", "Exchange", "GlobalConfiguration", "KeyVault", "MessageCodecs", "MessageLog",
                "Networking", "PKI", "SignedDocuments", "Storage", "TestAuthority", "XRoadModel", arguments, log, lifecycle,
                signals,
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "SampleInstitutions",
            dependencies: ["Networking", "XML", arguments, log, lifecycle, .product(name: "NIOPosix", package: "swift-nio")],
            swiftSettings: strict),

        // tests
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
        tests("XRoadModelTests", ["XRoadModel"]),
        tests("PKITests", ["PKI", "KeyVault", "SignedDocuments", "TestAuthority"]),
        tests("XMLTests", ["XML"]),
        tests("MessageCodecsTests", ["MessageCodecs", "PKI", "XML", "XRoadModel"]),
        tests("SignedDocumentsTests", ["SignedDocuments"]),
        tests("GlobalConfigurationTests", ["GlobalConfiguration", "CentralServer", "Storage"]),
        tests(
            "MessageLogTests",
            ["MessageLog", "GlobalConfiguration", "Storage", "JournalCrasher", "ArchiveCrasher", "ArchiveSamples", "XML"],
            resources: [.copy("Fixtures"), .copy("Referee")]),
        .executableTarget(
            name: "JournalCrasher", dependencies: ["XRoadModel", "PKI", "SignedDocuments", "MessageLog", "Storage"],
            path: "Tests/JournalCrasher", swiftSettings: strict),
        .target(
            name: "ArchiveSamples", dependencies: ["XRoadModel", "PKI", "SignedDocuments", "MessageLog"],
            path: "Tests/ArchiveSamples", swiftSettings: strict),
        .executableTarget(
            name: "ArchiveCrasher", dependencies: ["XRoadModel", "MessageLog", "Storage", "ArchiveSamples"],
            path: "Tests/ArchiveCrasher", swiftSettings: strict),
        .executableTarget(
            name: "JournalBenchmark",
            dependencies: ["XRoadModel", "PKI", "SignedDocuments", "MessageLog", "Storage", arguments],
            path: "Benchmarks/JournalBenchmark", swiftSettings: strict),
        tests("NetworkingTests", ["Networking"]),
        tests(
            "ExchangeTests",
            [
                "AccessPolicy", "CentralServer", "Exchange", "GlobalConfiguration", "KeyVault", "MessageCodecs", "MessageLog",
                "Networking", "PKI", "SignedDocuments", "Storage", "TestAuthority", "Ura", "XRoadModel", log,
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        tests(
            "UraTests", ["GlobalConfiguration", "MessageLog", "PKI", "SignedDocuments", "Storage", "Ura", "XRoadModel", log]),
        tests("SampleInstitutionsTests", ["SampleInstitutions", "XML"]),
    ]
)

/// libFuzzer's targets, built only on request, each by its own command:
/// `URA_FUZZ=1 swift build --scratch-path .build-fuzz --sanitize=fuzzer -Xswiftc -parse-as-library --product XMLFuzz`
/// `URA_FUZZ=1 swift build --scratch-path .build-fuzz -c release -Xswiftc -sanitize=fuzzer --product MessageCodecsFuzz`, and
/// MessageLogFuzz and SignedDocumentsFuzz in the same way
if Context.environment["URA_FUZZ"] == "1" {
    package.targets += [
        .executableTarget(name: "XMLFuzz", dependencies: ["XML"], path: "Fuzz/XMLFuzz", swiftSettings: strict),
        .executableTarget(
            name: "MessageCodecsFuzz", dependencies: ["MessageCodecs", "XRoadModel"], path: "Fuzz/MessageCodecsFuzz",
            swiftSettings: strict, linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]),
        .executableTarget(
            name: "MessageLogFuzz", dependencies: ["MessageLog"], path: "Fuzz/MessageLogFuzz", swiftSettings: strict,
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]),
        .executableTarget(
            name: "SignedDocumentsFuzz", dependencies: ["SignedDocuments", "XRoadModel"], path: "Fuzz/SignedDocumentsFuzz",
            swiftSettings: strict, linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]),
    ]
}
