/// A number of persons or observations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Count {
    /// So many.
    Number(u32),
    /// Fewer than so many: who they are could be guessed from the number itself.
    FewerThan(u32),
}

impl Count {
    /// What may be said of it where no number under the smallest cell may be told.
    #[must_use]
    pub fn coarsened(self, smallest: u32) -> Self {
        match self {
            Self::Number(number) if number < smallest => Self::FewerThan(smallest),
            Self::Number(_) => self,
            Self::FewerThan(limit) => Self::FewerThan(limit.max(smallest)),
        }
    }

    /// Whether it is too small to be told.
    pub fn is_small(self) -> bool {
        matches!(self, Self::FewerThan(_))
    }
}
