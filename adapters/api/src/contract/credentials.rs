use secrecy::SecretString;
use std::path::PathBuf;

/// Why a credential cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// No directory holds credentials.
    #[error("there is no directory with credentials: set CREDENTIALS_DIRECTORY or give --credentials")]
    NoDirectory,
    /// No file of that name.
    #[error("there is no credential of this name")]
    Missing,
    /// A name that could lead out of the directory.
    #[error("a credential's name holds letters, digits, dashes, dots and underscores only")]
    BadName,
    /// An empty file.
    #[error("the credential is empty")]
    Empty,
}

/// The secrets of an installation: files in one directory, known by name.
#[derive(Debug, Clone, Default)]
pub struct Credentials {
    directory: Option<PathBuf>,
    stand_in: Option<SecretString>,
}

impl Credentials {
    /// The secrets in this directory.
    pub fn new(directory: Option<PathBuf>) -> Self {
        Self { directory, stand_in: None }
    }

    /// This secret in the place of each: for who checks settings and may not read what they name.
    pub fn stand_in(secret: SecretString) -> Self {
        Self { directory: None, stand_in: Some(secret) }
    }

    /// Reads a secret; white space around it does not count.
    ///
    /// # Errors
    /// Why it cannot be used; never what it holds.
    pub fn get(&self, name: &str) -> Result<SecretString, CredentialError> {
        let named = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        if name.is_empty() || name.starts_with('.') || !name.bytes().all(named) {
            return Err(CredentialError::BadName);
        }
        if let Some(secret) = &self.stand_in {
            return Ok(secret.clone());
        }
        let directory = self.directory.as_ref().ok_or(CredentialError::NoDirectory)?;
        let text = std::fs::read_to_string(directory.join(name)).map_err(|_| CredentialError::Missing)?;
        match text.trim() {
            "" => Err(CredentialError::Empty),
            secret => Ok(SecretString::from(secret)),
        }
    }
}
