import SparseParts
import Testing

struct NearestNameTests {
    @Test func countsEdits() {
        #expect(NearestName.distance("", "") == 0)
        #expect(NearestName.distance("", "abc") == 3)
        #expect(NearestName.distance("kitten", "sitting") == 3)
        #expect(NearestName.distance("flaw", "lawn") == 2)
    }

    @Test func offersOnlyWhatIsNear() {
        let known = ["static", "set", "rigl", "granet"]
        #expect(NearestName.of("rigel", among: known) == "rigl")
        #expect(NearestName.of("RIGL", among: known) == "rigl")
        #expect(NearestName.of("statik", among: known) == "static")
        #expect(NearestName.of("completely-else", among: known) == nil)
    }
}
