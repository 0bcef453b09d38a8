/// On whose behalf a client calls (third party representation extension 2.2). Not necessarily a member.
package struct RepresentedParty: Hashable, Sendable {
    package let partyClass: String?
    package let partyCode: String

    package init(partyClass: String?, partyCode: String) {
        self.partyClass = partyClass
        self.partyCode = partyCode
    }
}

extension RepresentedParty: CustomStringConvertible {
    package var description: String { partyClass.map { "\($0)/\(partyCode)" } ?? partyCode }
}
