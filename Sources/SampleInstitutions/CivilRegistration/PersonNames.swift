/// Names for synthetic persons: a given name and a family name of one language are combined at random.
enum PersonNames {
    static let albanian = (
        given: [
            "Agim", "Albana", "Arben", "Arta", "Besa", "Besnik", "Blerim", "Blerta", "Dardan", "Driton", "Drita", "Egzon",
            "Fatmire", "Fitore", "Flaka", "Gëzim", "Ilir", "Kaltrina", "Kujtim", "Lendita", "Liridon", "Luljeta", "Mimoza",
            "Njomza", "Pranvera", "Rinor", "Shpend", "Shqipe", "Teuta", "Valon", "Vjosa", "Zana",
        ],
        family: [
            "Ahmeti", "Bardhi", "Berisha", "Bytyqi", "Çitaku", "Dushi", "Elshani", "Fetahu", "Gashi", "Hajdari", "Jashari",
            "Kastrati", "Këpuska", "Lushaj", "Maliqi", "Morina", "Ndrecaj", "Osmani", "Prekazi", "Rexha", "Shala", "Thaçi",
            "Uka", "Vllasi", "Xhemajli", "Zeka",
        ]
    )
    static let serbian = (
        given: [
            "Aleksandar", "Ana", "Bojana", "Branko", "Dejan", "Dragana", "Đorđe", "Gordana", "Ivana", "Jelena", "Ljiljana",
            "Marko", "Milena", "Miloš", "Nebojša", "Nikola", "Slavica", "Snežana", "Stefan", "Vesna", "Zoran", "Živka",
        ],
        family: [
            "Antić", "Bojović", "Cvetković", "Čukić", "Dimić", "Đurić", "Filipović", "Grujić", "Ilić", "Jovanović",
            "Kostić", "Lazić", "Mladenović", "Nedeljković", "Perić", "Ristić", "Simić", "Šarić", "Tomić", "Vasić", "Živić",
        ]
    )
}
