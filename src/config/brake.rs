use serde::Deserialize;

/// How much may be new or changed in one pass before a flow pauses until somebody confirms it.
///
/// A source that was restored from an old copy, or a mapping that went wrong, changes much at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Brake {
    /// So many records that the target does not hold yet.
    pub creations: u32,
    /// So many percent of what the flow knows, changed; a hundred changes always pass.
    pub changed_percent: u32,
}

impl Default for Brake {
    fn default() -> Self {
        Self { creations: 1000, changed_percent: 25 }
    }
}

impl Brake {
    /// So many changes always pass, however little the flow knows.
    pub const ALWAYS: i64 = 100;

    /// Whether a pass with so many creations and changes, in a flow that knows so many records, is to be stopped.
    pub fn stops(self, creations: i64, changes: i64, known: i64) -> bool {
        let share = known.saturating_mul(self.changed_percent.into());
        creations > i64::from(self.creations) || changes > Self::ALWAYS && changes.saturating_mul(100) > share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_creations_stop_a_pass_whatever_the_flow_knows() {
        let brake = Brake { creations: 500, changed_percent: 10 };
        assert!(!brake.stops(500, 0, 0));
        assert!(brake.stops(501, 0, 1_000_000));
    }

    #[test]
    fn a_share_of_changes_stops_a_pass_but_a_hundred_always_go_through() {
        let brake = Brake { creations: 500, changed_percent: 10 };
        assert!(!brake.stops(0, 100, 100));
        assert!(brake.stops(0, 101, 200));
        assert!(!brake.stops(0, 101, 1010));
        assert!(brake.stops(0, 102, 1010));
    }
}
