use super::keys::suggested;
use super::mode::Mode;
use schakel_api::contract::{SettingError, System};
use schakel_api::model::Direction;
use std::collections::BTreeMap;
use std::sync::Arc;
use toml::Spanned;

/// A side of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Front,
    Back,
}

/// A system opened twice: for the flows that run and for those that are off. What an adapter shares among the flows of
/// a system is then shared among those that run.
#[derive(Clone)]
pub(super) struct Opened {
    pub(super) running: Arc<dyn System>,
    pub(super) idle: Arc<dyn System>,
}

impl Opened {
    /// The one for a flow of this mode.
    pub(super) fn of(self, mode: Option<Mode>) -> Arc<dyn System> {
        match mode {
            Some(Mode::On | Mode::Shadow) => self.running,
            Some(Mode::Off) | None => self.idle,
        }
    }
}

/// The systems of a link by name and side, opened unless their own settings are wrong.
#[derive(Default)]
pub(super) struct Systems {
    known: BTreeMap<(String, Side), Option<Opened>>,
    incomplete: bool,
}

impl Side {
    /// On which side a stream's source and target are.
    pub(super) fn of(direction: Direction) -> (Self, Self) {
        match direction {
            Direction::FrontToBack => (Self::Front, Self::Back),
            Direction::BackToFront => (Self::Back, Self::Front),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Front => "front office",
            Self::Back => "back office",
        }
    }
}

impl Systems {
    /// Adds what the settings call by this name; `None` when it could not be opened, which was noted there.
    pub(super) fn add(&mut self, name: String, side: Side, system: Option<Opened>) {
        self.known.insert((name, side), system);
    }

    /// That not all names are known: a side is missing or wrong, which was noted there.
    pub(super) fn incomplete(&mut self) {
        self.incomplete = true;
    }

    /// Whether a side has a system of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.known.keys().any(|(known, _)| known == name)
    }

    /// The system that a flow names. Without a side, because the stream is wrong, either will do.
    ///
    /// # Errors
    /// When the link has no such system, or on the other side.
    pub(super) fn get(&self, name: &Spanned<String>, side: Option<Side>) -> Result<Option<Opened>, SettingError> {
        let text = name.get_ref();
        let right = |found: Side| side.is_none_or(|side| side == found);
        let mut found = self.known.iter().filter(|((known, _), _)| known == text);
        if let Some((_, system)) = found.clone().find(|((_, side), _)| right(*side)) {
            return Ok(system.clone());
        }
        let names: Vec<&str> =
            self.known.keys().filter(|(_, side)| right(*side)).map(|(name, _)| name.as_str()).collect();
        match (found.next(), side) {
            (Some(((_, wrong), _)), Some(side)) => {
                let (wrong, right) = (wrong.name(), side.name());
                let message = format!("`{text}` is a system of the {wrong}, and this end needs one of the {right}");
                Err(suggested(SettingError::new(name.span(), message), text, &names))
            }
            _ if self.incomplete => Ok(None),
            _ => {
                let error = SettingError::new(name.span(), format!("the link has no system `{text}`"));
                Err(suggested(error, text, &names))
            }
        }
    }
}
