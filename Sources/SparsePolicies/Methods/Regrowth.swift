public import SparseParts

/// What happens when the grow rule chooses a unit that the same update has just dropped.
///
/// Closed, because there is no fourth case: the unit is out of the choice, or it is chosen and either stayed or is new.
public enum Regrowth: String, OptionChoice {
    /// It cannot: dropped units are no candidates.
    case forbidden
    /// It comes back with its value and optimiser state, as if it had stayed.
    case keepsValue = "keeps-value"
    /// It comes back as a new unit: fresh value, zero state.
    case fresh
}

extension Options {
    /// What becomes of a position that an update both drops and grows: forbidden, keeps-value, fresh.
    public var regrow: Option<Regrowth?> {
        .ofMethod(
            "regrow", "RULE", .choice, negation: Regrowth.forbidden.rawValue,
            "a position both dropped and grown")
    }
}
