/// Bounds on what a container may cost its reader. Sizes are in bytes.
package struct ContainerLimits: Sendable {
    package var maximumArchiveBytes = 256 << 20
    package var maximumEntries = 1024
    /// Of all entries together, after inflating.
    package var maximumContentBytes = 512 << 20
    /// How many times larger than the archive its content may be, beyond what any archive may hold.
    package var maximumExpansion = 100
    package var freeContentBytes = 32 << 20

    package init() {}
}
